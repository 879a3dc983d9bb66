// The text of a ticket's QR code, signed with a site's key, as pass.h has it:
//
//   node pass.mjs KEYS EVENT_ID TIER_ID CODE
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, event, tier, code] = process.argv.slice(2);
const seed = Buffer.from(
  /^pass \d+ ([0-9a-fA-F]{64})$/m.exec(readFileSync(file, 'utf8'))[1], 'hex');
// PKCS #8 of an Ed25519 seed (RFC 8410, 7).
const key = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der', type: 'pkcs8',
});
const body = `CP1:${event}:${tier}:${code.replace('TKT-', '')}`;

// Crockford's base32, most significant bit first, filled up with zeros.
function base32(bytes) {
  const bits = [...bytes].map((b) => b.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{1,5}/g).map((five) =>
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
console.log(`${body}:${base32(sign(null, Buffer.from(body), key))}`);
