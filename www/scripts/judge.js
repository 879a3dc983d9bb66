// Judging a ticket without the server, by what was fetched from it before:
// the same rules and words as the server's (lib/booking/door.c).

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base32
const SIGNED = /^(CP1:([1-9]\d*):([1-9]\d*):([0-9A-F]{16})):([0-9A-HJKMNP-TV-Z]{103})$/;
const BARE = /^TKT-([0-9A-F]{16})$/;

// ---- codes ----

function bytesOfBase32(text) {
  const bytes = [];
  let bits = 0, held = 0;
  for (const digit of text) {
    bits = (bits << 5 | DIGITS.indexOf(digit)) & 0xfff;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    bytes.push(bits >> held & 0xff);
  }
  return bits & ((1 << held) - 1) ? null : new Uint8Array(bytes);
}

function bytesOfBase64(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

// The browser's own Ed25519, or the file's where it has none.
async function isSigned(body, signature, key) {
  const message = new TextEncoder().encode(body);
  let own;
  try {
    own = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  } catch {
    const { verifyAsync } = await import('./ed25519.js');
    return verifyAsync(signature, message, key);
  }
  return crypto.subtle.verify('Ed25519', own, signature, message);
}

// As the data has codes: the first 80 bits of SHA-256, in hex.
async function hashOf(code) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code));
  return [...new Uint8Array(hash).slice(0, 10)]
    .map((b) => b.toString(16).padStart(2, '0')).join('');
}

// Who made it and what it names; null: nobody's.
export async function readCode(text, data) {
  const tidy = text.trim().toUpperCase();
  const bare = BARE.exec(tidy);
  const parts = SIGNED.exec(tidy);
  if (bare) return { hash: await hashOf(tidy), isSigned: false };
  if (!parts) return null;
  const [, body, event, tier, code, signature] = parts;
  const bytes = bytesOfBase32(signature);
  if (!bytes || !await isSigned(body, bytes, bytesOfBase64(data.key)).catch(() => false))
    return null;
  return {
    hash: await hashOf(`TKT-${code}`), isSigned: true,
    event: Number(event), tier: Number(tier),
  };
}

// ---- rules ----

const refuse = (tone, word, reason, more = {}) =>
  ({ tone, word, reason, refused: reason, ...more });

function dayOf(seconds, zone) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone })
    .format(new Date(seconds * 1000));
}

// The admission in the way: { at, location }, or null.
function findAdmission(known, moves, data, now) {
  const ins = moves.filter((m) => m.scan_type === 'check_in')
    .map((m) => ({ at: m.scanned_at, location: m.location }));
  const before = known && known[3] ? [{ at: known[3], location: '' }] : [];
  const all = [...before, ...ins];
  const last = all[all.length - 1] ?? null;
  if (data.rule === 'reentry') return isInside(known, moves) ? last : null;
  if (data.rule === 'daily')
    return all.find((a) => dayOf(a.at, data.timezone) === dayOf(now, data.timezone)) ?? null;
  return last;
}

function isInside(known, moves) {
  const last = moves[moves.length - 1];
  return last ? last.scan_type === 'check_in' : Boolean(known?.[4]);
}

// code: of readCode(); moves: what this device let in and out with it, in
// order; scan: { scan_type, override }; now: seconds.
export function judge(code, data, moves, scan, now) {
  if (!code) return refuse('bad', 'Not found', 'Ticket not found');
  const known = data.tickets.find((t) => t[0] === code.hash);
  const tier = data.tiers[known ? known[1] : code.tier] ?? '';
  if (code.isSigned && code.event !== data.event)
    return refuse('bad', 'Wrong event', 'Ticket is for another event');
  const dead = Object.hasOwn(data.dead, code.hash) ? data.dead[code.hash] : '';
  if (dead) {
    const isOld = dead === 'replaced';
    return refuse('bad', 'Not valid', `Ticket status is ${isOld ? 'cancelled' : dead}`,
      { tier, isOld });
  }
  if (!known && !code.isSigned)
    return refuse('bad', 'Not found', 'Ticket not found');
  if (scan.scan_type === 'check_out') {
    if (!isInside(known, moves))
      return refuse('warn', 'Not inside', 'Ticket is not checked in', { tier });
    return { tone: 'good', word: 'Checked out', reason: '', refused: null, tier };
  }
  const other = findAdmission(known, moves, data, now);
  if (other)
    return refuse('bad', 'Already in', 'Ticket status is used', { tier, other });
  if (!scan.override && now < data.valid_from)
    return refuse('warn', 'Too early', 'Ticket not yet valid',
      { tier, isTime: true, when: ['Doors open', data.valid_from] });
  if (!scan.override && now > data.valid_until)
    return refuse('warn', 'Too late', 'Ticket has expired',
      { tier, isTime: true, when: ['It ended', data.valid_until] });
  return { tone: 'good', word: 'Come in', reason: scan.override, refused: null, tier };
}
