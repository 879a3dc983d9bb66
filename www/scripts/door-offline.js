// The door without a network: this page, what it needs and what it scanned
// stay on the device. Scans are handed in when there is a network again; the
// server takes each once, by its key.
import { offerCamera, signal } from './device.js';
import { judge, readCode } from './judge.js';

const SENT_AT_ONCE = 50; // a body of 64 KiB holds them, however long
const TRY_EVERY_MS = 30000;
const page = document.getElementById('offline');
const home = location.pathname;
const form = document.getElementById('scan');
const $ = (id) => document.getElementById(id);
const seconds = () => Math.floor(Date.now() / 1000);

// ---- what is kept: the data, and each scan under a key of its own ----

const dataKey = `${home}#data`;
const scanKey = (key) => `${home}#scan:${key}`;

let data = JSON.parse(localStorage.getItem(dataKey) ?? 'null');
let isKept = false; // the page itself
let failure = '';

function scans() {
  return Object.keys(localStorage)
    .filter((k) => k.startsWith(scanKey('')))
    .map((k) => JSON.parse(localStorage.getItem(k)))
    .sort((a, b) => a.scanned_at - b.scanned_at || a.number - b.number);
}

function keep(scan) {
  localStorage.setItem(scanKey(scan.key), JSON.stringify(scan));
}

// ---- what is shown ----

function clock(at) {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit', minute: '2-digit', timeZone: data?.timezone,
  }).format(new Date(at * 1000));
}

// With its date: a ticket of another day.
function moment(at) {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short', day: 'numeric', month: 'short',
    hour: '2-digit', minute: '2-digit', timeZone: data?.timezone,
  }).format(new Date(at * 1000));
}

function showState() {
  const all = scans();
  const waiting = all.filter((s) => !s.sent);
  $('in-here').textContent = all.filter((s) =>
    s.refused === null && s.scan_type === 'check_in').length;
  $('waiting').textContent = waiting.length;
  $('file').href = URL.createObjectURL(new Blob([csv(all)], { type: 'text/csv' }));
  if (!window.isSecureContext)
    $('state').textContent = 'Browsers keep this page on https alone: it cannot be used here.';
  else if (!data)
    $('state').textContent = 'No tickets yet: open this page with a network first.';
  else
    $('state').textContent = `${isKept ? 'Ready to work without a network' :
      'This page is not kept yet: do not close it'}. Tickets of ${clock(data.made_at)}.`;
  if (failure) $('report').textContent = failure;
}

const signs = {
  good: '<circle cx="24" cy="24" r="21"/><path d="M13 25l8 8 14-17"/>',
  warn: '<path d="M24 4l21 38H3z"/><path d="M24 18v12m0 5v2"/>',
  bad: '<path d="M15 3h18l12 12v18L33 45H15L3 33V15z"/><path d="M16 16l16 16m0-16L16 32"/>',
};

function line(parent, className, text) {
  if (!text) return;
  const p = document.createElement('p');
  p.className = className;
  p.textContent = text;
  parent.append(p);
}

function showVerdict(verdict, scan) {
  const box = document.createElement('div');
  const words = document.createElement('div');
  box.className = `verdict ${verdict.tone}`;
  box.id = 'verdict';
  box.dataset.tone = verdict.tone;
  box.innerHTML = `<svg viewBox="0 0 48 48" aria-hidden="true">${signs[verdict.tone]}</svg>`;
  line(words, 'verdict-word', verdict.word);
  line(words, 'verdict-reason', verdict.reason);
  line(words, 'verdict-tier', verdict.tier);
  if (verdict.isOld)
    line(words, '', 'This is an old code. The ticket has a newer one since it was passed on, ' +
      'renamed, or got another seat.');
  if (verdict.when)
    line(words, '', `${verdict.when[0]} ${moment(verdict.when[1])}`);
  if (verdict.other)
    line(words, '', `Came in at ${clock(verdict.other.at)}` +
      (verdict.other.location ? ` at ${verdict.other.location}` : ''));
  box.append(words);
  line(box, 'verdict-foot', `${scan.code.slice(0, 40)} at ${clock(scan.scanned_at)}`);
  $('answer').replaceChildren(box);
  if (verdict.isTime) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button';
    button.textContent = 'Admit anyway';
    button.addEventListener('click', () => take(scan.code, 'Let in by the door'));
    $('answer').append(button);
  }
  signal(verdict.tone);
}

// ---- scanning ----

let turn = Promise.resolve(); // one after the other

function take(text, override = '') {
  turn = turn.then(() => takeNow(text, override)).catch((error) => {
    signal('bad');
    $('state').textContent = `This scan is not kept: ${error.message}`;
  });
}

async function takeNow(text, override) {
  // What the server would not keep is not sent.
  const code = text.trim().replace(/[^\x20-\x7e]/g, '?').slice(0, 256);
  if (!code || !data) return showState();
  const found = await readCode(code, data);
  const all = scans();
  const moves = all.filter((s) =>
    found && s.hash === found.hash && s.refused === null);
  const scan = {
    key: crypto.randomUUID(), number: all.length, code, hash: found?.hash ?? '',
    scan_type: $('scan_type').value, location: $('location').value.trim(),
    scanned_at: seconds(), override, sent: false,
  };
  const verdict = judge(found, data, moves, scan, scan.scanned_at);
  scan.refused = verdict.refused;
  keep(scan);
  showVerdict(verdict, scan);
  showState();
  $('code').focus();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('code').value;
  $('code').value = '';
  take(text);
});

// ---- handing in ----

// As lib/document/csv.h defuses formulas.
function csvCell(value) {
  const safe = String(value ?? '').replace(/(^|[;\t\r\n])(?='*[=+\-@\t\r])/g, "$1'");
  return `"${safe.replace(/"/g, '""')}"`;
}

function csv(list) {
  const columns = ['key', 'code', 'scan_type', 'scanned_at', 'location', 'refused', 'override'];
  return [columns.join(','), ...list.map((scan) =>
    columns.map((column) => csvCell(scan[column])).join(','))].join('\r\n') + '\r\n';
}

function showConflicts(conflicts) {
  for (const conflict of conflicts) {
    const item = document.createElement('li');
    item.className = 'row';
    const other = conflict.other_at
      ? ` Also came in at ${clock(conflict.other_at)}` +
        (conflict.other_location ? ` at ${conflict.other_location}` : '') + '.'
      : '';
    item.textContent = `Let in against the rules: ${conflict.code.slice(0, 40)} at ` +
      `${clock(conflict.scanned_at)}${conflict.location ? ` at ${conflict.location}` : ''}: ` +
      `${conflict.reason}.${other}`;
    $('conflicts').append(item);
  }
}

function explain(response) {
  if (response.type === 'opaqueredirect')
    return 'You are not logged in any more. Log in in another tab, then hand in; ' +
      'nothing is lost.';
  return `The server did not take the scans (${response.status}). Nothing is lost.`;
}

async function sendSome(waiting) {
  const response = await fetch(page.dataset.merge, {
    method: 'POST', redirect: 'manual',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ sent_at: seconds(), scans: waiting.map((scan) => ({
      key: scan.key, code: scan.code, scan_type: scan.scan_type,
      scanned_at: scan.scanned_at, location: scan.location,
      refused: scan.refused, override: scan.override,
    })) }),
  });
  if (!response.ok) throw new Error(explain(response));
  const report = await response.json();
  for (const scan of waiting) keep({ ...scan, sent: true });
  showConflicts(report.conflicts);
  return report;
}

let isSending = false;

async function handIn() {
  if (isSending) return;
  isSending = true;
  let taken = 0, conflicts = 0;
  try {
    for (;;) {
      const waiting = scans().filter((s) => !s.sent).slice(0, SENT_AT_ONCE);
      if (!waiting.length) break;
      const report = await sendSome(waiting);
      taken += report.taken;
      conflicts += report.conflicts.length;
    }
    failure = '';
    if (taken)
      $('report').textContent = `${taken} handed in, ${conflicts} let in against the rules.`;
  } catch (error) {
    failure = error instanceof TypeError
      ? 'No network: scans stay on this device.' : error.message;
  } finally {
    isSending = false;
    showState();
  }
}

// Tickets anew; what was handed in before is part of them.
async function renew() {
  const sent = scans().filter((s) => s.sent);
  try {
    const response = await fetch(page.dataset.url, { redirect: 'manual', cache: 'no-store' });
    if (!response.ok) return;
    data = await response.json();
    localStorage.setItem(dataKey, JSON.stringify(data));
    for (const scan of sent) localStorage.removeItem(scanKey(scan.key));
  } catch {
    // no network: what is here stays
  } finally {
    showState();
  }
}

// ---- keeping the page ----

async function keepPage() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register('/door-worker.js', { scope: '/door/' });
  const { active } = await navigator.serviceWorker.ready;
  const channel = new MessageChannel();
  channel.port1.onmessage = (event) => {
    isKept = event.data.kept;
    showState();
  };
  const styles = [...document.querySelectorAll('link[rel=stylesheet], link[rel=icon]')]
    .map((link) => link.href);
  active.postMessage({ keep: [home, ...styles, '/scripts/door-offline.js',
    '/scripts/device.js', '/scripts/judge.js', '/scripts/ed25519.js',
    '/scripts/qr-decode.js'] }, [channel.port2]);
  navigator.storage?.persist?.();
}

offerCamera($('scan-actions'), () => form, take);
$('send').addEventListener('click', handIn);
$('renew').addEventListener('click', () => handIn().then(renew));
window.addEventListener('online', handIn);
setInterval(() => navigator.onLine && handIn(), TRY_EVERY_MS);
showState();
keepPage().catch((error) => { failure = `This page cannot be kept: ${error.message}`; showState(); });
await handIn();
await renew();
