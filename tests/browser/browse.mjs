// What the browser tests share: Debian's Chromium, what is looked at on each
// page, and a keyboard. URL is the site (MAP "HOST ADDRESS:PORT": where it
// really is); SCREENSHOTS is a folder for pictures; NODE_MODULES is where
// playwright-core and axe-core are.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = createRequire(path.join(process.env.NODE_MODULES, 'x.js'));
export const { chromium } = modules('playwright-core');
export const axeSource = readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
const site = process.env.URL;
const problems = [];

export function require(holds, words) {
  if (!holds) throw new Error(words);
}

// What is wrong without stopping the rest from being looked at.
export function note(words) {
  problems.push(words);
}

// ---- a browser ----

export async function open(browser, width, scheme, options = {}) {
  const context = await browser.newContext({
    baseURL: site,
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  page.label = `${width}-${scheme}`;
  return page;
}

// For people to look at, with PICTURES=yes alone, unless a test reads it: a
// picture takes as long as what a test asks of a page.
export async function picture(page, name, isRead = false) {
  if (!isRead && process.env.PICTURES !== 'yes') return;
  const folder = process.env.SCREENSHOTS;
  await page.screenshot({
    path: path.join(folder, `${name}-${page.label}.png`), fullPage: true,
  });
}

// No page is wider than its window: nobody scrolls sideways to read. On a phone
// no table is wider than its box, either; two events side by side are.
export async function fits(page, name) {
  const size = await page.evaluate(() => {
    const root = document.documentElement;
    const wide = [...document.querySelectorAll('body *')]
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
      .map((e) => e.outerHTML.slice(0, 80));
    const tables = [...document.querySelectorAll('table:not(.compare)')]
      .filter((e) => e.parentElement.scrollWidth >
        e.parentElement.clientWidth + 1)
      .map((e) => e.caption?.textContent || e.outerHTML.slice(0, 80));
    return { scroll: root.scrollWidth, client: root.clientWidth, wide, tables };
  });
  if (size.client <= 640)
    for (const table of size.tables)
      note(`${name} ${page.label}: the table "${table}" scrolls sideways`);
  if (size.scroll > size.client)
    note(`${name} ${page.label}: ${size.scroll} px in ${size.client}: ` +
      size.wide.slice(0, 3).join(' | '));
}

// Targets are 24 px at least, but for links in a text (WCAG 2.5.8).
export const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
  'best-practice'];

// What axe-core has to say, a text each.
export async function violations(page, runOnly = everything) {
  if (!await page.evaluate(() => 'axe' in globalThis))
    await page.evaluate(axeSource);
  return page.evaluate(async (runOnly) => {
    const found = await axe.run(document,
      { runOnly, resultTypes: ['violations'] });
    return found.violations.map((v) => `${v.id}: ${v.help}: ` + v.nodes
      .map((n) => n.target.join(' ')).slice(0, 3).join(' | '));
  }, runOnly);
}

export async function checkAccessible(page, name, runOnly) {
  for (const words of await violations(page, runOnly))
    note(`${name} ${page.label}: ${words}`);
}

// A page at its width: it fits, and axe has nothing to say. In the dark only the
// colours are others.
export async function lookAt(page, name, isRead) {
  const { label } = page;
  await fits(page, name);
  await checkAccessible(page, name);
  await picture(page, name, isRead);
  page.label = label.replace('light', 'dark');
  await page.emulateMedia({ colorScheme: 'dark' });
  await checkAccessible(page, name, ['color-contrast']);
  await picture(page, name, isRead);
  await page.emulateMedia({ colorScheme: 'light' });
  page.label = label;
}

// ---- a keyboard ----

export async function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    return {
      tag: e.tagName, id: e.id, name: e.getAttribute('name'),
      value: e.value, classes: e.className,
      text: (e.textContent || '').trim().replace(/\s+/g, ' '),
      href: e.getAttribute('href'),
      seen: style.outlineStyle !== 'none' &&
        parseFloat(style.outlineWidth) >= 2,
    };
  });
}

// It has the focus by itself, once the page is drawn.
export async function focusComes(page, id) {
  for (let i = 0; i < 3000; i++) {
    if ((await focused(page)).id === id) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`the focus does not come to ${id} on ${page.url()}`);
}

// Press Tab until what has the focus is `wanted`; it must be seen there.
export async function tabTo(page, wanted, words) {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    if (!wanted(here)) continue;
    require(here.seen, `no visible focus on ${words}`);
    return here;
  }
  throw new Error(`Tab never reaches ${words} on ${page.url()}`);
}

// Do what leads to another page, and be there: until all of it has come, it has
// no body to look at, and no way back.
async function leave(page, how) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), how()]);
}

export async function press(page, key) {
  await leave(page, () => page.keyboard.press(key));
}

export async function follow(page, target) {
  await leave(page, () => page.click(target));
}

export const link = (text) => (e) => e.tag === 'A' && e.text === text;
export const button = (text) => (e) => e.tag === 'BUTTON' && e.text.startsWith(text);
export const input = (name) => (e) => e.tag === 'INPUT' && e.name === name;

export async function heading(page) {
  return (await page.textContent('h1')).trim().replace(/\s+/g, ' ');
}

// ---- running ----

// Run the case that the command line names, and say what is wrong.
export async function runCase(cases, ...first) {
  const [name, ...values] = process.argv.slice(2);
  try {
    await cases[name](...first, ...values);
  } catch (error) {
    note(error.stack.split('\n').slice(0, 12).join('\n'));
  }
  for (const words of problems) console.log(words);
  process.exitCode = problems.length ? 1 : 0;
}

// The same with a browser.
export async function run(cases) {
  const browser = await chromium.launch({
    timeout: 120000,
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage',
      '--disable-features=BackForwardCache',
      `--host-resolver-rules=${process.env.MAP ? `MAP ${process.env.MAP}` : ''}`],
  });
  try {
    await runCase(cases, browser);
  } finally {
    await browser.close();
  }
}
