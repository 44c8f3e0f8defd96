// SPDX-License-Identifier: AGPL-3.0-or-later
// The log: keys that the reader gave, checkpoints, proofs (RFC 6962 and the texts of c2sp.org).
// Signatures are the browser's own; a browser that cannot check them concludes nothing.

const PRIME = 2n ** 255n - 19n;
const SMALL_ORDER = [ // y of the points whose order divides 8, both signs of x alike
  0n, 1n, PRIME - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];
const NUMBER = /^(0|[1-9][0-9]{0,18})$/;
const KINDS = { 1: 'Ed25519', 4: 'Ed25519', 6: 'ML-DSA-44' };

const utf8 = (text) => new TextEncoder().encode(text);

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (encoded(bytes) !== text) throw new TypeError('not canonical base64');
  return bytes;
}

function encoded(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function isWeak(key) {
  if (key.length !== 32) return true;
  const number = BigInt(`0x${hex(Uint8Array.from(key).reverse())}`);
  const y = number & (2n ** 255n - 1n);
  return y >= PRIME || SMALL_ORDER.includes(y);
}

async function readKey(text) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text.trim());
  let data = new Uint8Array();
  try {
    if (match) data = decoded(match[3]);
  } catch {
    data = new Uint8Array();
  }
  if (data.length < 2) refuse('log-key', text.slice(0, 60));
  const id = hex((await sha256(utf8(`${match[1]}\n`), data)).slice(0, 4));
  const algorithm = KINDS[data[0]];
  if (id !== match[2] || !algorithm) refuse('log-key', match[1]);
  if (algorithm === 'Ed25519' && isWeak(data.slice(1))) refuse('log-key', match[1]);
  const key = { name: match[1], id, kind: data[0], checks: null };
  try {
    const form = algorithm === 'Ed25519' ? 'raw' : 'raw-public';
    key.checks = await crypto.subtle.importKey(form, data.slice(1), { name: algorithm }, false, ['verify']);
  } catch {
    if (algorithm === 'Ed25519') refuse('browser', algorithm);
  }
  return key;
}

// What the reader typed: keys, or fingerprints of keys that the bag may then name.
async function trustedKeys(bag, typed) {
  const keys = [];
  for (const line of typed.split(/[\r\n]+/).map((each) => each.trim()).filter(Boolean)) {
    const short = line.replace(/[\s:]/g, '').toLowerCase();
    keys.push(await readKey(/^[0-9a-f]{64}$/.test(short) ? await namedIn(bag, short) : line));
  }
  if (!keys.some((key) => key.kind === 1)) refuse('no-key', '');
  return keys;
}

async function namedIn(bag, fingerprint) {
  let named = [];
  try {
    named = JSON.parse(await bag.text('openings.json')).log_keys.map(String);
  } catch {
    named = [];
  }
  for (const text of named) if (hex(await sha256(utf8(text))) === fingerprint) return text;
  return refuse('log-key', 'openings.json');
}

function signatureLine(line) {
  const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  const data = match ? decoded(match[2]) : [];
  if (data.length < 5) throw new TypeError('a signature line is malformed');
  return { name: match[1], id: hex(data.slice(0, 4)), value: data.slice(4) };
}

const word = (number) => new Uint8Array(new BigUint64Array([BigInt(number)]).buffer).reverse();
const short = (text) => join(Uint8Array.of(utf8(text).length), utf8(text));

// What a signature of this kind was made over (c2sp.org/signed-note, tlog-cosignature).
function signedBytes(key, text, value) {
  if (key.kind === 1) return [utf8(text), value];
  const time = value.slice(0, 8);
  const when = new DataView(time.buffer, time.byteOffset, 8).getBigUint64(0);
  if (key.kind === 4) return [utf8(`cosignature/v1\ntime ${when}\n${text}`), value.slice(8)];
  const [origin, size, root] = text.split('\n');
  const label = utf8('subtree/v1\n\0');
  const message = join(label, short(key.name), time, short(origin), word(0), word(size), decoded(root));
  return [message, value.slice(8)];
}

class Log {
  constructor(keys) {
    this.keys = keys;
    this.unchecked = new Set();
    this.seen = new Map();
  }

  async included(text, leaf) {
    const cut = text.indexOf('\n\n');
    const lines = text.slice(0, Math.max(cut, 0)).split('\n');
    const index = /^index (\d+)$/.exec(lines[1] ?? '');
    if (cut < 0 || lines[0] !== 'c2sp.org/tlog-proof@v1' || !index || !NUMBER.test(index[1])) throw new TypeError('malformed');
    const note = text.slice(cut + 2);
    if (!this.seen.has(note)) this.seen.set(note, await this.checkpoint(note));
    const path = lines.slice(2).map(decoded);
    if (path.length > 63 || path.some((each) => each.length !== 32)) throw new TypeError('malformed');
    await climb(leaf, BigInt(index[1]), this.seen.get(note), path);
  }

  async checkpoint(note) {
    const cut = note.lastIndexOf('\n\n');
    const text = note.slice(0, cut + 1);
    const lines = text.split('\n');
    if (cut < 0 || !note.endsWith('\n') || lines.length !== 4) throw new TypeError('malformed');
    let good = false;
    for (const line of note.slice(cut + 2, -1).split('\n')) {
      const signature = signatureLine(line);
      const key = this.keys.find((each) => each.name === signature.name && each.id === signature.id);
      if (!key || !key.checks) {
        this.unchecked.add(signature.name);
        continue;
      }
      const [message, value] = signedBytes(key, text, signature.value);
      if (!(await crypto.subtle.verify(key.checks.algorithm.name, key.checks, value, message))) throw new TypeError('signature');
      if (key.kind === 1 && signature.name === lines[0]) good = true;
    }
    if (!good || !NUMBER.test(lines[1])) throw new TypeError('not signed by the key that was given');
    return { size: BigInt(lines[1]), root: decoded(lines[2]) };
  }
}

// From the leaf to the root (RFC 9162, section 2.1.3.2).
async function climb(leaf, index, log, path) {
  if (index >= log.size) throw new TypeError('no such place');
  let node = await sha256(Uint8Array.of(0), leaf);
  let at = index;
  let last = log.size - 1n;
  for (const each of path) {
    if (last === 0n) throw new TypeError('too long');
    if (at & 1n || at === last) {
      node = await sha256(Uint8Array.of(1), each, node);
      while (!(at & 1n) && at) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      node = await sha256(Uint8Array.of(1), node, each);
    }
    at >>= 1n;
    last >>= 1n;
  }
  if (last || !same(node, log.root)) throw new TypeError('the proof does not lead to the log');
}
