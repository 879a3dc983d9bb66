// The staff's pages in Debian's Chromium, for tests/admin_browser.bats:
//
//   node staff.mjs pages WIDTH PATH ...   each fits and is accessible
//   node staff.mjs monitor PATH           the seats change by themselves
//
// COOKIE is the session ("name=value; ..."); see browse.mjs for what else it
// needs. `monitor` prints a line when it is ready and waits for the seat A1 to
// be held, then for the button that pauses. Ends with 1 and says what is wrong.
import { open, fits, lookAt, note, picture, run } from './browse.mjs';

async function openSignedIn(browser, width, options) {
  const page = await open(browser, Number(width), 'light', options);
  await page.context().addCookies(process.env.COOKIE.split('; ').map((pair) => ({
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    url: process.env.URL,
  })));
  return page;
}

// Without scripts, then before the checker, which needs them.
async function pages(browser, width, ...paths) {
  const plain = await openSignedIn(browser, width, { javaScriptEnabled: false });
  const page = await openSignedIn(browser, width, { bypassCSP: true });
  for (const at of paths) {
    const name = `staff${at.replace(/[^a-z]+/g, '-')}`;
    const answer = await plain.goto(at);
    if (answer.status() !== 200) note(`${at}: ${answer.status()}`);
    await fits(plain, `${name} without scripts`);
    await picture(plain, `${name}-noscript`);
    await page.goto(at);
    await lookAt(page, name);
  }
}

async function monitor(browser, at) {
  const page = await openSignedIn(browser, 1280);
  page.on('console', (m) => note(`console: ${m.text()}`));
  await page.goto(at);
  await page.getByText('Fresh every second').waitFor();
  console.log('ready');
  await page.locator('#seat-A1.held').waitFor();
  if (await page.locator('#count-held').textContent() !== '1')
    note('the count of held seats did not change');
  if (!(await page.locator('#seat-A1').textContent()).includes('held'))
    note('the words of the seat did not change');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused').waitFor();
}

await run({ pages, monitor });
