// Looks at pages that walk/pages.py has written down, for tests/axe.bats:
//
//   node pages.mjs FOLDER PART PARTS
//
// Every PARTS-th page, from the PART-th on (0 ...): as it is without scripts,
// 320 and 1280 px wide, light and dark, before axe-core, and whether anything
// is cut off or wider than its window. URL is the site, which gives styles and
// pictures; NODE_MODULES is where playwright-core and axe-core are. Prints what is wrong, and last
// "N pages, M wrong"; ends with 1 if any is wrong.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { axeSource, chromium } from './browse.mjs';

const [folder, part, parts] = process.argv.slice(2);
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
  'best-practice'];

// What a browser shows where no script runs. axe itself needs timers, so
// scripts cannot be switched off for it.
function withoutScripts(html) {
  return html.replace(/<script\b[^]*?<\/script>/g, '')
    .replace(/<\/?noscript>/g, '');
}

async function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return '';
    const wide = [...document.querySelectorAll('body *')]
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
      .map((e) => e.outerHTML.slice(0, 80));
    return `${root.scrollWidth} px in ${root.clientWidth}: ` +
      wide.slice(0, 3).join(' | ');
  });
}

async function judge(page, runOnly) {
  return page.evaluate(async (runOnly) => {
    const found = await axe.run(document,
      { runOnly, resultTypes: ['violations'], preload: false });
    return found.violations.map((v) => `${v.id}: ${v.help}: ` + v.nodes
      .map((n) => n.target.join(' ')).slice(0, 3).join(' | '));
  }, runOnly);
}

// All rules at 320 px and, in the light, at 1280 px; colours in the dark.
const looks = [
  { width: 320, scheme: 'light', runOnly: tags },
  { width: 320, scheme: 'dark', runOnly: ['color-contrast'] },
  { width: 1280, scheme: 'dark', runOnly: ['color-contrast'] },
  { width: 1280, scheme: 'light', runOnly: tags },
];

async function look(page, file) {
  const problems = [];
  await page.goto(`/pages/${file}`);
  await page.evaluate(axeSource);
  for (const { width, scheme, runOnly } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    const wide = await overflow(page);
    for (const words of [...(wide ? [wide] : []), ...await judge(page, runOnly)])
      problems.push(`${file} ${width} ${scheme}: ${words}`);
  }
  return problems;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
const context = await browser.newContext({
  baseURL: process.env.URL, reducedMotion: 'reduce',
});
context.setDefaultTimeout(20000);
await context.route('**/pages/*', (route) => route.fulfill({
  contentType: 'text/html; charset=utf-8',
  body: withoutScripts(readFileSync(path.join(folder,
    decodeURIComponent(new URL(route.request().url()).pathname.slice(7))),
  'utf8')),
}));
const page = await context.newPage();
const files = readdirSync(folder).filter((name) => name.endsWith('.html'))
  .sort().filter((name, i) => i % Number(parts) === Number(part));
const problems = [];
try {
  for (const file of files) problems.push(...await look(page, file));
} finally {
  await browser.close();
}
for (const words of problems) console.log(words);
console.log(`${files.length} pages, ${problems.length} wrong`);
process.exitCode = problems.length || !files.length ? 1 : 0;
