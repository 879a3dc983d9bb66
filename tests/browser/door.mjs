// Drives Debian's Chromium at the door, for tests/door_offline.bats:
//
//   node door.mjs CASE [ARGUMENT ...]
//
// PROFILE is the folder of the browser, which stays between runs as on a
// telephone; see browse.mjs for what else it needs. Ends with 1 and says what is
// wrong.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, lookAt, picture, require, runCase } from './browse.mjs';

// ---- a telephone ----

async function start(options = {}, flags = []) {
  const context = await chromium.launchPersistentContext(process.env.PROFILE, {
    timeout: 120000,
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...flags],
    baseURL: process.env.URL,
    viewport: { width: 320, height: 700 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(60000);
  return context;
}

async function logIn(page) {
  await page.goto('/account/login');
  if (!await page.isVisible('#password')) return;
  await page.fill('#login', 'dora');
  await page.fill('#password', 'seven brass kettles');
  await page.check('#remember', { force: true });
  await Promise.all([
    page.waitForNavigation(), page.click('main form button.button')]);
}

// In both widths and colours: it fits, and axe has nothing to say.
async function look(page, name) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    page.label = `${width}-light`;
    await lookAt(page, name);
  }
  await page.setViewportSize({ width: 320, height: 700 });
}

// What a hardware scanner does: type into what has the focus, press Enter.
// Expected are the verdict's word and, behind ": ", what else it says.
async function scan(page, code, expected) {
  const [word, more] = expected.split(': ');
  const before = await page.$('#verdict');
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await page.waitForFunction((old) => {
    const now = document.getElementById('verdict');
    return now && now !== old;
  }, before);
  await page.waitForFunction(() => document.activeElement.id === 'code');
  const got = (await page.textContent('.verdict-word')).trim();
  require(got === word, `${code.slice(0, 30)}: expected "${word}", got "${got}"`);
  const verdict = await page.textContent('#verdict');
  require(verdict.includes(more ?? ''), `"${more}" is not in: ${verdict}`);
}

// The field has the focus by itself, once the page is drawn.
async function focusComes(page) {
  for (let i = 0; i < 3000; i++) {
    if (await page.evaluate(() => document.activeElement.id) === 'code') return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`the focus is not in the field on ${page.url()}`);
}

// ---- the cases ----

// Open the page with a network, until it says that it is kept.
async function keep(event) {
  const context = await start();
  const page = await context.newPage();
  await logIn(page);
  await page.goto(`/door/${event}/offline`);
  await page.waitForFunction(() =>
    document.getElementById('state').textContent.startsWith('Ready'));
  await context.close();
}

// No server: each pair of a code and the word that the page must say.
async function offline(event, ...pairs) {
  const own = !process.env.NO_ED25519;
  const context = await start({ bypassCSP: true });
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  if (!own)
    await page.addInitScript(() => {
      const plain = SubtleCrypto.prototype.importKey;
      SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
        if (algorithm === 'Ed25519') throw new DOMException('none', 'NotSupportedError');
        return plain.call(this, format, key, algorithm, ...rest);
      };
    });
  // The page of the door leads to the kept one.
  await page.goto(`/door/${event}${process.env.HAS_SERVER ? '/offline' : ''}`);
  require(page.url().endsWith('/offline'), `without a network: ${page.url()}`);
  await page.waitForFunction(() =>
    document.getElementById('state').textContent.startsWith('Ready'));
  await page.fill('#location', 'South gate');
  await page.focus('#code');
  for (let i = 0; i < pairs.length; i += 2)
    await scan(page, pairs[i], pairs[i + 1]);
  require(own !== asked.some((url) => url.endsWith('/ed25519.js')),
    'the browser without Ed25519 alone takes the file for it');
  await look(page, 'door-offline');
  await context.close();
}

// The server is there again: the page hands in by itself.
async function handIn(event, expected) {
  const context = await start();
  const page = await context.newPage();
  await logIn(page);
  await page.goto(`/door/${event}/offline`);
  await page.waitForFunction((words) =>
    document.getElementById('report').textContent.includes(words), expected);
  await page.waitForFunction(() =>
    document.getElementById('waiting').textContent === '0');
  await context.close();
}

// The door with a network, scripts and a scanner that types.
async function online(event, ...pairs) {
  const context = await start({ bypassCSP: true });
  const page = await context.newPage();
  await logIn(page);
  await page.goto(`/door/${event}`);
  await look(page, 'door');
  await page.focus('#code');
  for (let i = 0; i < pairs.length; i += 2) {
    await scan(page, pairs[i], pairs[i + 1]);
    await look(page, `door-${pairs[i + 1].replace(/:.*/, '').replace(/ /g, '-').toLowerCase()}`);
  }
  await page.goto(`/door/${event}/list`);
  await look(page, 'door-list');
  await page.emulateMedia({ media: 'print' });
  page.label = 'print';
  await picture(page, 'door-list');
  await page.emulateMedia({ media: 'screen' });
  await page.goto(`/door/${event}/hand-in`);
  await look(page, 'door-merge');
  await context.close();
}

// The same by keyboard alone, without JavaScript.
async function plain(event, code, word) {
  const context = await start({ javaScriptEnabled: false });
  const page = await context.newPage();
  await logIn(page);
  await page.goto(`/door/${event}`);
  await focusComes(page);
  await page.keyboard.type(code);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  const got = (await page.textContent('.verdict-word')).trim();
  require(got === word, `expected "${word}", got "${got}"`);
  await focusComes(page);
  await page.keyboard.type(code);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  require((await page.textContent('.verdict-word')).trim() === 'Already in',
    'the second scan is not refused');
  await context.close();
}

// A camera that sees the picture of a code: the page reads it by itself.
async function camera(event, svg, code, word) {
  const film = path.join(process.env.SCREENSHOTS, 'door-film.mjpeg');
  const maker = await start();
  const paper = await maker.newPage();
  await paper.setViewportSize({ width: 640, height: 480 });
  const code64 = readFileSync(svg).toString('base64');
  await paper.setContent(`<body style="background:#fff"><img width=400
    src="data:image/svg+xml;base64,${code64}">`);
  await paper.screenshot({ path: film, type: 'jpeg' });
  await maker.close();
  const context = await start({ permissions: ['camera'] }, [
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`]);
  const page = await context.newPage();
  await logIn(page);
  await page.goto(`/door/${event}`);
  await page.click('text=Use the camera');
  await page.waitForSelector('#verdict');
  const got = (await page.textContent('.verdict-word')).trim();
  const seen = await page.textContent('.verdict-foot');
  require(got === word, `expected "${word}", got "${got}"`);
  require(seen.includes(code), `the camera read: ${seen}`);
  require(await page.isVisible('video'), 'the camera does not stay on');
  await page.click('text=Stop the camera');
  await context.close();
}

await runCase({ keep, offline, handIn, online, plain, camera });
// A telephone that a mistake left open does not stay.
process.exit();
