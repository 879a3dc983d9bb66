// A sale and the door with the keyboard alone, for tests/keyboard.bats:
//
//   node keyboard.mjs seats EVENT WIDTH SCHEME   from the list to two tickets
//   node keyboard.mjs door EVENT LOGIN WIDTH     buy, then let oneself in
//
// No mouse, no script; whatever has the focus must be seen to have it. See
// browse.mjs for what it needs. Ends with 1 and says what is wrong.
import {
  require, open, picture, fits, focused, focusComes, tabTo, press, link,
  button, input, heading, run,
} from './browse.mjs';

const password = 'seven brass kettles';
const seat = (e) => e.tag === 'INPUT' && e.name === 'seat';

// From an event's page to its booking form, and the buyer's own fields.
async function begin(page, title) {
  await page.goto('/');
  await tabTo(page, link(title), title);
  await press(page, 'Enter');
  await tabTo(page, link('Book tickets'), 'the Book link');
  await press(page, 'Enter');
}

async function sayWho(page, email) {
  await tabTo(page, input('name'), 'the name');
  await page.keyboard.type('Dorothy Vaughan');
  await tabTo(page, input('email'), 'the email address');
  await page.keyboard.type(email);
}

// The checkout, from the ways to pay to the tickets.
async function pay(page) {
  require(await heading(page) === 'Checkout',
    `not at the checkout: ${await heading(page)}`);
  if (await page.$('input[value=campuspay]')) {
    await tabTo(page, input('method'), 'the ways to pay');
    while (!await page.isChecked('input[value=campuspay]'))
      await page.keyboard.press('ArrowDown');
    await tabTo(page, input('payment_token'), 'the token');
    await page.keyboard.type('tok_valid');
  }
  await tabTo(page, input('terms'), 'the terms');
  await page.keyboard.press('Space');
  await press(page, 'Enter');
  require(await heading(page) === 'You are going.',
    `not at the tickets: ${await heading(page)}`);
}

// The seat that has the focus shows it: its box is unseen, its label is not.
async function seatIsSeen(page) {
  return page.evaluate(() => {
    const style = getComputedStyle(document.activeElement.nextElementSibling);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
}

// Two seats of the map, one thought better of, the checkout, one ticket.
async function seats(browser, title, width, scheme) {
  const page = await open(browser, Number(width), scheme,
    { javaScriptEnabled: false });
  const email = `dorothy-${width}@example.org`;

  await begin(page, title);
  await sayWho(page, email);
  const first = await tabTo(page, seat, 'a seat');
  require(await seatIsSeen(page), 'the focus on a seat is not seen');
  await page.keyboard.press('Space');
  const second = await tabTo(page, seat, 'another seat');
  await page.keyboard.press('Space');
  const third = await tabTo(page, seat, 'a third seat');
  await page.keyboard.press('Space');
  await page.keyboard.press('Space');
  await picture(page, 'keyboard-seats');
  await fits(page, 'keyboard-seats');
  require(await page.locator('.seat input:checked').count() === 2,
    'Space does not choose a seat, or does not give it back');
  await tabTo(page, button('Continue with these seats'), 'the button');
  await press(page, 'Enter');
  // Without the reference, which may have a seat's letters.
  const order = await page.textContent('.order table');
  for (const { value } of [first, second])
    require(order.includes(value), `${value} is not in the order: ${order}`);
  require(!order.includes(third.value),
    `${third.value} is in the order: ${order}`);
  await pay(page);
  await tabTo(page, (e) => e.tag === 'A' && / seat /.test(` ${e.text} `) ||
    /^\/tickets\/[^/]+\/TKT-[0-9A-F]+$/.test(e.href || ''), 'one ticket');
  await press(page, 'Enter');
  require(await page.locator('.qr svg').count() === 1,
    `no code on the page of one ticket: ${page.url()}`);
  await fits(page, 'keyboard-ticket');
  await picture(page, 'keyboard-ticket');
}

// Who has bought a ticket comes to the door, where somebody logs in.
async function door(browser, title, login, width) {
  const buyer = await open(browser, Number(width), 'light',
    { javaScriptEnabled: false });
  await begin(buyer, title);
  await tabTo(buyer, input('tier'), 'the kind of ticket');
  await buyer.keyboard.press('Space');
  await sayWho(buyer, `door-${width}@example.org`);
  await press(buyer, 'Enter');
  await pay(buyer);
  const code = (await buyer.textContent('main')).match(/TKT-[0-9A-F]{16}/)[0];

  const page = await open(browser, Number(width), 'dark',
    { javaScriptEnabled: false });
  await page.goto('/account/login?next=%2Fdoor');
  await tabTo(page, input('login'), 'the name');
  await page.keyboard.type(login);
  await tabTo(page, input('password'), 'the password');
  await page.keyboard.type(password);
  await press(page, 'Enter');
  await tabTo(page, link(title), 'the event at the door');
  await press(page, 'Enter');
  // The field has the focus by itself, each time.
  for (const word of ['Come in', 'Already in']) {
    await focusComes(page, 'code');
    await page.keyboard.type(code);
    await press(page, 'Enter');
    const got = (await page.textContent('.verdict-word')).trim();
    require(got === word, `expected "${word}", got "${got}"`);
    await fits(page, 'keyboard-door');
    await picture(page, `keyboard-door-${word.toLowerCase().replace(' ', '-')}`);
  }
  await tabTo(page, (e) => e.tag === 'A' && /\/list$/.test(e.href || ''),
    'the list of who comes');
  await press(page, 'Enter');
  require((await page.textContent('main')).includes('Dorothy Vaughan'),
    'the list does not have the buyer');
}

await run({ seats, door });
