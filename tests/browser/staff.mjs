// The staff's pages in Debian's Chromium, for tests/admin_browser.bats:
//
//   node staff.mjs pages WIDTH PATH ...   each fits and is accessible
//   node staff.mjs monitor PATH           the seats change by themselves
//
// URL is the site, COOKIE the session ("name=value"), SCREENSHOTS a folder for
// pictures; NODE_MODULES is where playwright-core and axe-core are. `monitor`
// prints a line when it is ready and waits for the seat A1 to be held, then
// for the button that pauses. Ends with 1 and says what is wrong.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = createRequire(path.join(process.env.NODE_MODULES, 'x.js'));
const { chromium } = modules('playwright-core');
const axeSource = readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
const problems = [];

async function open(browser, width, scheme, options = {}) {
  const context = await browser.newContext({
    baseURL: process.env.URL,
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    ...options,
  });
  const cookies = process.env.COOKIE.split('; ').map((pair) => ({
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    url: process.env.URL,
  }));
  await context.addCookies(cookies);
  context.setDefaultTimeout(60000);
  return context.newPage();
}

async function look(page, name) {
  await page.screenshot({ fullPage: true,
    path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
  const size = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth]);
  if (size[0] > size[1]) problems.push(`${name}: ${size[0]} px wide`);
}

async function checkAccessible(page, name) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { runOnly: [
    'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
    'best-practice'] }));
  for (const violation of found.violations)
    problems.push(`${name}: ${violation.id}: ${violation.help}: ` +
      violation.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | '));
}

// A picture without scripts, then the checker, which needs them.
async function pages(browser, width, ...paths) {
  for (const scheme of ['light', 'dark'])
    for (const javaScriptEnabled of [false, true]) {
      const page = await open(browser, Number(width), scheme,
        { javaScriptEnabled, bypassCSP: javaScriptEnabled });
      for (const at of paths) {
        const name = `staff${at.replace(/[^a-z]+/g, '-')}-${width}-${scheme}` +
          (javaScriptEnabled ? '' : '-noscript');
        const answer = await page.goto(at);
        if (answer.status() !== 200) problems.push(`${at}: ${answer.status()}`);
        await look(page, name);
        if (javaScriptEnabled) await checkAccessible(page, name);
      }
      await page.context().close();
    }
}

async function monitor(browser, at) {
  const page = await open(browser, 1280, 'light');
  page.on('console', (m) => problems.push(`console: ${m.text()}`));
  await page.goto(at);
  await page.getByText('Fresh every second').waitFor();
  console.log('ready');
  await page.locator('#seat-A1.held').waitFor();
  if (await page.locator('#count-held').textContent() !== '1')
    problems.push('the count of held seats did not change');
  if (!(await page.locator('#seat-A1').textContent()).includes('held'))
    problems.push('the words of the seat did not change');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused').waitFor();
}

const browser = await chromium.launch({
  timeout: 120000,
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync'],
});
try {
  const [name, ...rest] = process.argv.slice(2);
  await { pages, monitor }[name](browser, ...rest);
} finally {
  await browser.close();
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
