// Drives Debian's Chromium for tests/browser.bats:
//
//   node visit.mjs CASE [ARGUMENT ...]
//
// See browse.mjs for what it needs. Ends with 1 and says what is wrong.
import {
  require, open, picture, fits, checkAccessible, lookAt as look, focused,
  tabTo, press, follow, link, button, input, heading, run,
} from './browse.mjs';

// ---- the cases ----

// From the first page to the tickets with the keyboard alone, no JavaScript.
async function sale(browser, width, scheme) {
  const page = await open(browser, Number(width), scheme,
    { javaScriptEnabled: false });
  const look = async (name) => {
    await fits(page, name);
    await picture(page, name);
  };

  await page.goto('/');
  await page.keyboard.press('Tab');
  require((await focused(page)).text === 'Skip to the content',
    'the first stop is not the link that skips the header');
  await look('list-skip');
  await tabTo(page, link('Campus Comedy Night'), 'the event');
  await press(page, 'Enter');
  await look('event');
  await tabTo(page, link('Book tickets'), 'the Book link');
  await press(page, 'Enter');
  await look('book');

  // Sent empty: the focus is on the box, its links lead to the fields.
  await tabTo(page, button('Continue'), 'the button');
  await press(page, 'Enter');
  await look('book-error');
  require((await page.title()).startsWith('Error: '), 'no Error: in the title');
  require((await focused(page)).classes === 'problem',
    'the focus is not on the problem box but on ' +
    JSON.stringify(await focused(page)));
  await tabTo(page, (e) => e.href === '#name', 'the link to the name');
  await page.keyboard.press('Enter');
  require((await focused(page)).id === 'name',
    'the link does not lead to the field');
  await page.keyboard.type('Grace Hopper');
  await page.keyboard.press('Tab');
  require((await focused(page)).id === 'email', 'email does not follow name');
  await page.keyboard.type(`grace-${width}-${scheme}@example.org`);
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Shift+Tab');
    if (input('tier')(await focused(page))) break;
  }
  require(input('tier')(await focused(page)), 'Shift+Tab finds no tier');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  require(await page.isChecked('input[name=tier]:checked'), 'no tier chosen');
  await tabTo(page, input('quantity'), 'the quantity');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('2');
  await press(page, 'Enter');

  require(await heading(page) === 'Checkout', `not at the checkout: ` +
    `${await heading(page)} ${await page.textContent('main')}`);
  await look('checkout');
  require((await page.textContent('main')).includes('minutes'),
    'the time left is not told as text');
  if (!await page.locator('text=I need more time').isVisible()) {
    await tabTo(page, (e) => e.tag === 'SUMMARY', 'the order');
    await page.keyboard.press('Enter');
  }
  await tabTo(page, button('I need'), 'more time');
  await press(page, 'Enter');
  // A refused payment first.
  await tabTo(page, input('method'), 'the ways to pay');
  while (!await page.isChecked('input[value=campuspay]'))
    await page.keyboard.press('ArrowDown');
  await tabTo(page, input('payment_token'), 'the token');
  await page.keyboard.type('tok_decline_1');
  await tabTo(page, input('terms'), 'the terms');
  await page.keyboard.press('Space');
  await tabTo(page, button('Pay'), 'the Pay button');
  await press(page, 'Enter');
  await look('checkout-declined');
  require((await focused(page)).classes === 'problem',
    'after a declined card the focus is not on the box');
  await tabTo(page, input('payment_token'), 'the token again');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('tok_valid_1');
  const terms = await tabTo(page, input('terms'), 'the terms again');
  require(terms.value === 'yes', 'the terms have no value');
  if (!await page.isChecked('#terms')) await page.keyboard.press('Space');
  await tabTo(page, button('Pay'), 'the Pay button again');
  await press(page, 'Enter');
  require(await heading(page) === 'You are going.',
    `not at the tickets: ${await heading(page)}`);
  await look('tickets');
  require(new Set((await page.textContent('main'))
    .match(/TKT-[0-9A-F]{16}/g)).size === 2, 'there are not two tickets');
  await tabTo(page, link('My tickets'), 'My tickets');
  await press(page, 'Enter');
  await look('my-tickets');
  require((await page.textContent('main')).includes('Campus Comedy Night'),
    'My tickets does not list it');
}

// A free booking has one page less to fill in.
async function free(browser) {
  const page = await open(browser, 320, 'light', { javaScriptEnabled: false });
  await page.goto('/book/hackathon');
  await tabTo(page, input('tier'), 'the tier');
  await page.keyboard.press('Space');
  await tabTo(page, input('name'), 'the name');
  await page.keyboard.type('Alan Turing');
  await page.keyboard.press('Tab');
  await page.keyboard.type('alan@example.org');
  await press(page, 'Enter');
  await picture(page, 'checkout-free');
  await fits(page, 'checkout-free');
  await tabTo(page, input('terms'), 'the terms');
  await page.keyboard.press('Space');
  await press(page, 'Enter');
  require(await heading(page) === 'You are going.', await heading(page));
}

// The search by keyboard: filters open without a script.
async function search(browser) {
  const page = await open(browser, 320, 'light', { javaScriptEnabled: false });
  await page.goto('/');
  await tabTo(page, input('q'), 'the search');
  await page.keyboard.type('night');
  await tabTo(page, (e) => e.tag === 'SUMMARY', 'the filters');
  await page.keyboard.press('Enter');
  await tabTo(page, input('price_max'), 'the price');
  await page.keyboard.type('60');
  await tabTo(page, (e) => e.id === 'venue-grand-concert-hall', 'a place');
  await page.keyboard.press('Space');
  await press(page, 'Enter');
  const events = await page.$$eval('.card h3', (all) =>
    all.map((e) => e.textContent.trim()));
  require(events.join() === 'Classical Night', `found: ${events}`);
  require(await page.inputValue('#price_max') === '60', 'the price is lost');
  await picture(page, 'list-filtered');
  await fits(page, 'list-filtered');
}

const places = {
  list: '/',
  'list-found': '/?q=night&type=concert',
  'list-empty': '/?q=nothing+at+all',
  'list-error': '/?from=soon&price_min=x',
  'list-later': '/?q=far',
  event: '/events/comedy-night',
  'event-long': '/events/long',
  'event-sold-out': '/events/sold-out',
  'event-cancelled': '/events/cancelled',
  'event-too-early': '/events/too-early',
  book: '/book/comedy-night',
  'book-sold-out': '/book/sold-out',
  queue: '/book/queue-night/queue',
  compare: '/compare?event=spring-concert&event=workshop-ai' +
    '&event=jazz-evening&event=long',
  'compare-none': '/compare',
  terms: '/terms',
  status: '/status',
  'no-tickets': '/tickets',
  404: '/nonsense',
};

// A page by its address, or the one that is there; a scanner reads the codes
// of some pictures.
async function lookAt(page, name, address) {
  if (address) await page.goto(address);
  await look(page, name, name === 'ticket' || name === 'tickets');
}

// Every page at a width: it fits, and axe has nothing to say.
async function pages(browser, width) {
  const page = await open(browser, Number(width), 'light', { bypassCSP: true });

  for (const [name, address] of Object.entries(places))
    await lookAt(page, name, address);
  // What only a sale shows.
  await page.goto('/book/comedy-night');
  await follow(page, 'text=Continue');
  await lookAt(page, 'book-mistakes');
  await page.click('label[for=tier-front-row]');
  await page.fill('#quantity', '21');
  await page.fill('#name', 'Katherine Johnson');
  await page.fill('#email', `katherine-${page.label}@example.org`);
  await follow(page, 'text=Continue');
  await lookAt(page, 'book-too-many');
  await page.fill('#quantity', '2');
  await follow(page, 'text=Continue');
  await lookAt(page, 'checkout');
  const checkout = page.url();
  await lookAt(page, 'book-own-hold', '/book/comedy-night');
  await page.goto(checkout);
  await follow(page, 'button:has-text("Pay")');
  await lookAt(page, 'checkout-mistakes');
  await page.click('label:has-text("CampusPay")');
  await page.fill('#payment_token', 'tok_valid');
  await page.click('label[for=terms]');
  await follow(page, 'button:has-text("Pay")');
  await lookAt(page, 'tickets');
  const tickets = new URL(page.url()).pathname;
  const ticket = await page.getAttribute('.ticket h3 a', 'href');
  await lookAt(page, 'ticket', ticket);
  await lookAt(page, 'ticket-transfer', `${ticket}/transfer`);
  await follow(page, 'button:has-text("Change")');
  await lookAt(page, 'ticket-transfer-mistakes');
  await lookAt(page, 'ticket-cancel', `${tickets}/cancel`);
  await follow(page, 'button:has-text("Cancel")');
  await lookAt(page, 'tickets-cancelled');
  await lookAt(page, 'my-tickets', '/tickets');
  await page.click('summary:has-text("Find your tickets")');
  await follow(page, 'button:has-text("Mail me")');
  await lookAt(page, 'my-tickets-mistakes');
  await page.goto('/book/sold-out/queue');
  await page.click('label[for=tier]');
  await page.fill('#name', 'Katherine Johnson');
  await page.fill('#email', `katherine-${page.label}@example.org`);
  await follow(page, 'button:has-text("Join")');
  await lookAt(page, 'queue-joined');
}

// An account from registering to leaving, by keyboard, and each of its pages.
async function account(browser, width, scheme) {
  const page = await open(browser, Number(width), scheme, { bypassCSP: true });
  const name = `ada-${width}`;

  await page.goto('/account/sessions');
  await lookAt(page, 'login');
  await follow(page, 'text=Create an account');
  await page.focus('main .button');
  await press(page, 'Enter');
  await lookAt(page, 'register-mistakes');
  await page.fill('#first_name', 'Ada');
  await page.fill('#last_name', 'Lovelace');
  await page.fill('#username', name);
  await page.fill('#email', `${name}@example.org`);
  await page.fill('#password', 'seven brass kettles');
  await page.fill('#password_again', 'seven brass kettles');
  await press(page, 'Enter');
  await lookAt(page, 'registered');
  await page.goto('/account/sessions');
  await page.fill('#login', name);
  await page.fill('#password', 'seven brass kettles');
  await press(page, 'Enter');
  require(page.url().endsWith('/account/sessions'), 'comes back');
  await lookAt(page, 'sessions');
  for (const part of ['', '/password', '/data', '/delete'])
    await lookAt(page, `account${part.replace('/', '-')}`, `/account${part}`);
  await page.goto('/account/delete');
  await page.fill('#current', 'seven brass kettles');
  await press(page, 'Enter');
  await lookAt(page, 'deleted');
  for (const part of ['forgot', 'reset', 'verify', 'unsubscribe/x'])
    await lookAt(page, part.split('/')[0], `/account/${part}`);
}

// Other seats: the map with one's own, and what the choice comes to.
async function seats(browser, width) {
  const page = await open(browser, Number(width), 'light', { bypassCSP: true });

  await page.goto('/book/jazz-evening');
  await page.fill('#name', 'Mary Jackson');
  await page.fill('#email', `mary-${page.label}@example.org`);
  await page.click('.seat input:enabled >> nth=0');
  await follow(page, 'text=Continue with these seats');
  await page.check('[name=method][value=campuspay]', { force: true });
  await page.fill('#payment_token', 'tok_valid');
  await page.click('label[for=terms]');
  await follow(page, 'button:has-text("Pay")');
  const own = new URL(page.url()).pathname;
  await lookAt(page, 'seats', `${own}/seats`);
  require(await page.locator('.seat input:checked').count() === 1,
    'the own seat is not ticked');
  await page.click('.seat input:checked');
  await page.locator('.seat input:enabled').last().click();
  await follow(page, 'button:has-text("Change to these seats")');
  await lookAt(page, 'seats-review');
  await follow(page, 'button[name=confirm]');
  await lookAt(page, 'seats-changed');
  require((await page.textContent('main')).includes('Your seats were changed'),
    'the seats were not changed');
}

// Pages of the back office, NAME=PATH each, by somebody who signs in.
async function office(browser, width, login, ...pages) {
  const page = await open(browser, Number(width), 'light', { bypassCSP: true });

  await page.goto('/account/login');
  await page.fill('#login', login);
  await page.fill('#password', 'seven brass kettles');
  await press(page, 'Enter');
  for (const one of pages) {
    const [name, ...path] = one.split('=');
    await lookAt(page, `office-${name}`, path.join('='));
  }
}

// Text twice as large, and printing: nothing is cut off or lost.
async function enlarged(browser) {
  const page = await open(browser, 640, 'light', { javaScriptEnabled: false });
  for (const name of ['list', 'event', 'book', 'terms', 'compare']) {
    await page.goto(places[name]);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await fits(page, `${name} at 200 %`);
    await picture(page, `${name}-enlarged`);
  }
  // On a phone, too; what stays in sight there leaves room for the rest.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(places.event);
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  await fits(page, 'event at 200 % on a phone');
  const { height } = await page.locator('.buy').boundingBox();
  require(height <= 844 / 3, `the way to book is ${height} px high`);
  // On the smallest, words keep most of the width: no column of letters.
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('/book/jazz-evening');
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  await fits(page, 'seats at 200 % on a small phone');
  await picture(page, 'seats-enlarged');
  for (const label of await page.locator('.choice label').all()) {
    const { width } = await label.boundingBox();
    require(width >= 140, `a label of 200 % is ${width} px wide`);
  }
}

// A hall of 25 seats a row: on a desk all of it is in sight. In the system's
// colours a seat that is taken still looks unlike one that is free, and where
// one is unlike other links.
async function hall(browser, event, login) {
  const page = await open(browser, 1280, 'light',
    { javaScriptEnabled: false });
  await page.goto(`/book/${event}`);
  const inSight = async (name) => {
    const { inner, outer } = await page.locator('.seat-map .scroll')
      .evaluate((e) => ({ inner: e.scrollWidth, outer: e.clientWidth }));
    require(inner <= outer, `${name}: ${inner} px of seats in ${outer} px`);
    await fits(page, name);
    await picture(page, name);
  };
  await inSight('hall');
  await page.emulateMedia({ forcedColors: 'active' });
  const style = (target) => page.locator(target).first().evaluate((e) => {
    const { backgroundImage, backgroundColor, borderTopColor } =
      getComputedStyle(e);
    return [backgroundImage, backgroundColor, borderTopColor].join();
  });
  const [free, taken] = await Promise.all([
    style('.seat input:enabled + label'),
    style('.seat input:disabled + label')]);
  require(free !== taken, `taken looks as free does: ${free}`);
  await page.goto('/');
  const line = (target) => page.locator(target).first()
    .evaluate((e) => getComputedStyle(e).borderBottomColor);
  const [here, other] = await Promise.all([
    line('.top nav [aria-current]'),
    line('.top nav a:not([aria-current])')]);
  require(here !== other, `the current link looks as all do: ${here}`);
  await page.emulateMedia({ forcedColors: 'none' });
  const sell = encodeURIComponent(`/admin/events/${event}/sell`);
  await page.goto(`/account/login?next=${sell}`);
  await page.fill('#login', login);
  await page.fill('#password', 'seven brass kettles');
  await press(page, 'Enter');
  await inSight('box-office');
}

// Hold two places and press the pay button for a gateway. The policy of the
// page decides whether the browser follows the form to another site.
async function goPay(page, event, email, gateway, look) {
  await page.goto(`/book/${event}`);
  await page.fill('[name=quantity]', '2');
  await page.fill('[name=name]', 'Ada Lovelace');
  await page.fill('[name=email]', email);
  await follow(page, 'main button.wide, main form button.button');
  await look('checkout-methods');
  await page.check(`[name=method][value=${gateway}]`, { force: true });
  await page.check('[name=terms]', { force: true });
  await follow(page, 'form.panel button');
}

// To the gateways' own pages and back.
async function gateways(browser, event, width, scheme) {
  const page = await open(browser, Number(width), scheme);
  const look = async (name) => {
    await fits(page, name);
    await checkAccessible(page, name);
    await picture(page, name);
  };

  await goPay(page, event, `p${width}@example.org`, 'paypal', look);
  require(page.url().includes('/checkoutnow'),
    `the form does not lead to PayPal but to ${page.url()}`);
  await follow(page, 'text=Approve with a card');
  require(page.url().includes('declined=yes'), `declined: ${page.url()}`);
  await look('checkout-declined');
  await page.check('[name=method][value=paypal]', { force: true });
  await page.check('[name=terms]', { force: true });
  await follow(page, 'form.panel button');
  await page.goBack();
  await page.reload();
  await look('checkout-waiting');
  await follow(page, 'text=Go on to PayPal');
  await follow(page, 'text=Approve');
  require(page.url().includes('/tickets/'), `approved: ${page.url()}`);
  await page.context().clearCookies();
  await goPay(page, event, `c${width}@example.org`, 'campuspay_page', look);
  await look('approve');
  await follow(page, 'text=Pay and stay here');
  await look('approve-paid');
  await follow(page, 'text=Call the shop');
  require((await page.textContent('body')).includes('noted'),
    'the call is not noted');
  await page.goBack();
  await follow(page, 'text=Back to the shop');
  require((await heading(page)) === 'You are going.', await heading(page));
}

// On a phone the way to book is in sight from the first moment, it is there
// once, and it covers nothing that has the focus (WCAG 2.4.11).
async function way(browser) {
  for (const [width, height] of [[320, 600], [768, 1024], [1280, 800]]) {
    const page = await open(browser, width, 'light',
      { viewport: { width, height }, javaScriptEnabled: false });
    await page.goto('/events/comedy-night');
    const links = page.locator('main a:visible', { hasText: 'Book tickets' });
    require(await links.count() === 1,
      `${width}: ${await links.count()} links to book`);
    const box = await links.boundingBox();
    require(box.y >= 0 && box.y + box.height <= height,
      `${width}: the link to book is not in sight: ${JSON.stringify(box)}`);
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      const hidden = await page.evaluate(() => {
        const e = document.activeElement;
        const bar = document.querySelector('.buy');
        if (!bar || bar.contains(e) || e === document.body) return '';
        const at = bar.getBoundingClientRect();
        const own = e.getBoundingClientRect();
        return at.height > 0 && own.bottom > at.top && own.top < at.bottom
          ? e.textContent : '';
      });
      require(!hidden, `${width}: "${hidden}" has the focus behind the bar`);
    }
  }
}

// After a declined card one screen of a phone has what happened and the field
// to begin with; the order is folded above the form, beside it on a desk.
async function declined(browser, width, height) {
  const page = await open(browser, Number(width), 'light', {
    viewport: { width: Number(width), height: Number(height) },
    javaScriptEnabled: false });
  const inSight = async (what) => {
    const box = await page.locator(what).boundingBox();
    require(box && box.y >= 0 && box.y + box.height <= height,
      `${what} is not in sight: ${JSON.stringify(box)}`);
  };

  await page.goto('/book/spring-concert');
  await page.click('label[for=tier]');
  await page.fill('#quantity', '2');
  await page.fill('#name', 'Grace Hopper');
  await page.fill('#email', `declined-${width}@example.org`);
  await follow(page, 'text=Continue');
  await inSight('#card_number');
  await page.fill('#card_number', '4000 0000 0000 0002');
  await page.fill('#expiration_date', '2040-01');
  await page.fill('#cardholder_name', 'Grace Hopper');
  await page.fill('#billing_address', '1 Main Street');
  await page.click('label[for=terms]');
  await follow(page, 'button:has-text("Pay")');
  await picture(page, `declined-${width}`);
  require(await page.evaluate(() => scrollY) === 0, 'the page is scrolled');
  await inSight('.problem');
  await inSight('#card_number');
  const box = await page.locator('.problem').boundingBox();
  require(box.height <= 180, `the box is ${box.height} px high`);
  // By keyboard: the box, then at once the field that it names.
  require((await focused(page)).classes === 'problem',
    'the focus is not on the box');
  await page.keyboard.press('Tab');
  require((await focused(page)).href === '#card_number',
    'the box does not lead to the card');
  await page.keyboard.press('Enter');
  require((await focused(page)).id === 'card_number',
    'the link does not lead to the card');
  // A desk needs no folding; elsewhere one opens it.
  const more = page.locator('text=I need more time');
  if (Number(width) < 960) {
    require(!await more.isVisible(), 'the order is not folded');
    await page.click('summary:has-text("$30.00")');
  }
  require(await more.isVisible(), 'the order is folded');
}

// Two rows of links are the most that stands above the title of a staff page;
// each link of them comes into sight when it has the focus.
async function header(browser, width, login) {
  const page = await open(browser, Number(width), 'light',
    { javaScriptEnabled: false });
  await page.goto('/account/login?next=%2Fadmin%2Faudit');
  await page.fill('#login', login);
  await page.fill('#password', 'seven brass kettles');
  await press(page, 'Enter');
  await fits(page, 'header');
  await picture(page, 'header');
  const top = await page.locator('.top').boundingBox();
  require(top.height <= 128, `the header is ${top.height} px high`);
  const here = page.locator('.sections [aria-current]');
  require(await here.innerText() === 'Audit', 'another section is current');
  const links = page.locator('.top nav :is(a, button)');
  require(await links.count() > 12, `${await links.count()} links`);
  const inRow = (link) => link.evaluate((e) => {
    const own = e.getBoundingClientRect();
    const row = e.closest('nav').getBoundingClientRect();
    return own.left >= row.left - 1 && own.right <= row.right + 1;
  });
  require(await inRow(here), 'where one is is not in sight');
  for (const link of await links.all()) {
    await link.focus();
    require(await inRow(link), `${await link.innerText()} stays out of sight`);
    const { height } = await link.boundingBox();
    require(height >= 40, `${await link.innerText()} is ${height} px high`);
  }
}

await run({
  way, sale, free, search, pages, account, seats, office, enlarged, gateways,
  declined, header, hall,
});
