// Takes the pictures of the README and measures the same pages, for
// tests/browser/screenshots.sh:
//
//   node screenshots.mjs FOLDER TICKETS EVENT CODE
//
// TICKETS is the path of a booking, EVENT one whose door is open, CODE a
// ticket to it; COOKIES has "buyer NAME=VALUE; ..." and "staff ..." lines.
// Writes FOLDER/NAME.png, FOLDER/html/NAME.html as the server sent it, and
// prints a row of Markdown for each page. See browse.mjs for what it needs.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { axeSource, run } from './browse.mjs';

const [folder, tickets, event, code] = process.argv.slice(3);
const site = process.env.URL;
const desk = { width: 1280, height: 860 }, phone = { width: 390, height: 844 };

function cookiesOf(who) {
  const line = process.env.COOKIES.split('\n').find((l) => l.startsWith(who));
  return line.slice(who.length + 1).split('; ').filter(Boolean).map((pair) => ({
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1), url: site,
  }));
}

async function open(browser, who, viewport, colorScheme) {
  const context = await browser.newContext({
    baseURL: site, viewport, colorScheme, reducedMotion: 'reduce',
    bypassCSP: true, deviceScaleFactor: viewport === phone ? 1.5 : 1,
  });
  await context.addCookies(cookiesOf(who));
  context.setDefaultTimeout(60000);
  return context.newPage();
}

// What each page costs, and what axe-core says of it.
async function weigh(page, name, label, act) {
  const requests = [];
  page.on('request', (request) => requests.push(request));
  await act(page);
  await page.waitForLoadState('networkidle');
  // Of what led there nothing counts.
  const isPage = (request) => request.resourceType() === 'document';
  const last = requests.findLastIndex(isPage);
  const sent = await Promise.all(requests.slice(last).map(async (request) => ({
    type: request.resourceType(), url: request.url(),
    bytes: (await request.sizes()).responseBodySize,
  })));
  const html = await (await requests[last].response()).text();
  writeFileSync(path.join(folder, 'html', `${name}.html`), html);
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document));
  const count = (isImage) => new Set(sent
    .filter((one) => (one.type === 'image') === isImage)
    .map((one) => one.url)).size;
  return { name, label, size: sent[0].bytes, needed: count(false),
    images: count(true), axe: found.violations.length };
}

const goTo = (at) => (page) => page.goto(at);

// Every picture: who looks, how wide, in which colours, at what.
const pictures = [
  ['list', 'buyer', desk, 'light', goTo('/')],
  ['event-dark', 'buyer', desk, 'dark', goTo('/events/spring-concert')],
  ['seats', 'buyer', phone, 'light', chooseSeats],
  ['checkout', 'guest', phone, 'light', atCheckout],
  ['ticket', 'buyer', phone, 'light', atTicket],
  ['desk', 'staff', desk, 'light', goTo('/admin')],
  ['report', 'staff', desk, 'dark', goTo('/admin/reports')],
  ['door', 'staff', phone, 'light', atDoor],
];

async function chooseSeats(page) {
  await page.goto('/book/winter-serenades');
  const free = page.locator('.seat input:enabled');
  for (const i of [3, 4]) await free.nth(i).check({ force: true });
  await page.locator('.seat-map').evaluate((e) => e.scrollIntoView());
}

let guests = 0;

async function atCheckout(page) {
  await page.goto('/book/spring-concert');
  await page.locator('input[name=tier]:enabled').first().check({ force: true });
  await page.fill('#quantity', '2');
  await page.fill('#name', 'Ada Lovelace');
  await page.fill('#email', `ada${++guests}@example.org`);
  await page.click('text=Continue');
}

async function atDoor(page) {
  await page.goto(`/door/${event}`);
  await page.fill('#code', code);
  await page.press('#code', 'Enter');
  await page.waitForSelector('.verdict');
}

async function atTicket(page) {
  await page.goto(tickets);
  await page.locator('.ticket').first().evaluate((e) => e.scrollIntoView());
}

// The pages of the table, each in a browser without a cache.
const weighed = [
  ['list', 'List of events', 'buyer', goTo('/')],
  ['event', 'One event', 'buyer', goTo('/events/spring-concert')],
  ['booking', 'Booking form', 'buyer', goTo('/book/comedy-night')],
  ['seats', 'Map of seats', 'buyer', goTo('/book/winter-serenades')],
  ['checkout', 'Checkout', 'guest', atCheckout],
  ['tickets', 'Tickets (two)', 'buyer', goTo(tickets)],
  ['door', 'At the door', 'staff', goTo(`/door/${event}`)],
  ['desk', 'Back office', 'staff', goTo('/admin')],
  ['report', 'Sales report', 'staff', goTo('/admin/reports')],
];

async function all(browser) {
  mkdirSync(path.join(folder, 'html'), { recursive: true });
  for (const [name, who, viewport, scheme, act] of pictures) {
    const page = await open(browser, who, viewport, scheme);
    await act(page);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    await page.context().close();
  }
  for (const [name, label, who, act] of weighed) {
    const page = await open(browser, who, desk, 'light');
    console.log(JSON.stringify(await weigh(page, name, label, act)));
    await page.context().close();
  }
}

await run({ all });
