// Looks at pages that walk/pages.py has written down, for tests/axe.bats:
//
//   node pages.mjs FOLDER LIST
//
// As they are without scripts, 320 and 1280 px wide. No page is wider than its
// window; those that the file LIST names, a line each, go before axe-core as
// well, light and dark. URL is the site, which gives styles and pictures; see
// browse.mjs for the rest. Prints what is wrong, and last "N pages, M before
// axe-core, W wrong"; ends with 1 if any is wrong.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, everything, violations } from './browse.mjs';

const [folder, list] = process.argv.slice(2);

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

// All rules at 320 px and, in the light, at 1280 px; colours in the dark.
const looks = [
  { width: 320, scheme: 'light', runOnly: everything },
  { width: 320, scheme: 'dark', runOnly: ['color-contrast'] },
  { width: 1280, scheme: 'dark', runOnly: ['color-contrast'] },
  { width: 1280, scheme: 'light', runOnly: everything },
];

// The document changes, the window stays: what was fetched is there, and axe.
async function look(page, file) {
  const problems = [];
  await page.setContent(
    withoutScripts(readFileSync(path.join(folder, file), 'utf8')));
  for (const { width, scheme, runOnly } of looks) {
    if (!chosen.has(file) && scheme === 'dark') continue;
    if (page.viewportSize().width !== width)
      await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    const found = [await overflow(page)].filter(Boolean);
    if (chosen.has(file)) found.push(...await violations(page, runOnly));
    for (const words of found)
      problems.push(`${file} ${width} ${scheme}: ${words}`);
  }
  return problems;
}

const files = readdirSync(folder).filter((name) => name.endsWith('.html'));
const chosen = new Set(readFileSync(list, 'utf8').split('\n')
  .filter((name) => files.includes(name)));
const browser = await chromium.launch({
  timeout: 120000,
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
const context = await browser.newContext({
  baseURL: process.env.URL, reducedMotion: 'reduce', bypassCSP: true,
});
context.setDefaultTimeout(60000);
const page = await context.newPage();
await page.goto('/terms');
const problems = [];
try {
  for (const file of files) problems.push(...await look(page, file));
} finally {
  await browser.close();
}
for (const words of problems) console.log(words);
console.log(`${files.length} pages, ${chosen.size} before axe-core, ` +
  `${problems.length} wrong`);
process.exitCode = problems.length || !chosen.size ? 1 : 0;
