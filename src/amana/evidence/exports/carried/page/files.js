// SPDX-License-Identifier: AGPL-3.0-or-later
// The files of a bag: from a folder that was chosen or dropped, or from a zip file. Nothing leaves
// this page, and nothing is kept.

const MOST_FILES = 100000;
const LARGEST = 1.5 * 2 ** 30; // bytes that are hashed here; the browser wants them in one piece
const TEXT = 256 * 2 ** 20;
const RATIO = 200;

class Refused extends Error {
  constructor(code, where, text) {
    super(text || code);
    this.code = code;
    this.where = where;
  }
}

function refuse(code, where, text) {
  throw new Refused(code, where, text);
}

function isSafe(path) {
  if (/[\u0000-\u001f\u007f\\]|^~|^%\w+%|^[A-Za-z]:/.test(path)) return false;
  if (/\p{Surrogate}/u.test(path) || path.length > 1024) return false;
  return path.split('/').every((part) => !['', '.', '..'].includes(part));
}

class Bag {
  constructor() {
    this.files = new Map(); // name → { size, bytes() }
  }

  add(name, size, bytes) {
    if (!isSafe(name)) refuse('path', name);
    if (this.files.has(name)) refuse('path', name, 'twice');
    this.files.set(name, { size, bytes });
    if (this.files.size > MOST_FILES) refuse('limit', name);
  }

  has(name) {
    return this.files.has(name);
  }

  async bytes(name, limit = LARGEST) {
    const file = this.files.get(name);
    if (!file) refuse('missing-file', name);
    if (file.size > limit) refuse('limit', name);
    const bytes = await file.bytes();
    if (bytes.byteLength !== file.size) refuse('limit', name);
    return new Uint8Array(bytes);
  }

  async text(name, limit = TEXT) {
    const bytes = await this.bytes(name, limit);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return refuse('container', name);
    }
  }
}

// Files from <input webkitdirectory>, or pairs [path, File] of what was dropped.
function bagOfFiles(pairs) {
  const bag = new Bag();
  const tops = new Set(pairs.map(([path]) => path.split('/')[0]));
  const cut = tops.size === 1 && pairs.every(([path]) => path.includes('/'));
  for (const [path, file] of pairs) {
    const name = cut ? path.slice(path.indexOf('/') + 1) : path;
    bag.add(name, file.size, () => file.arrayBuffer());
  }
  return bag;
}

async function bagOfZip(file) {
  const tail = new DataView(await file.slice(Math.max(0, file.size - 65557)).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) refuse('not-a-bag', file.name);
  let count = tail.getUint16(end + 10, true);
  let length = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    if (end < 20 || tail.getUint32(end - 20, true) !== 0x07064b50) refuse('not-a-bag', file.name);
    const at = Number(tail.getBigUint64(end - 12, true));
    const wide = new DataView(await file.slice(at, at + 56).arrayBuffer());
    if (wide.byteLength < 56 || wide.getUint32(0, true) !== 0x06064b50) refuse('not-a-bag', file.name);
    count = Number(wide.getBigUint64(32, true));
    length = Number(wide.getBigUint64(40, true));
    start = Number(wide.getBigUint64(48, true));
  }
  if (count > MOST_FILES || length > TEXT) refuse('limit', file.name);
  const list = new DataView(await file.slice(start, start + length).arrayBuffer());
  const found = [];
  for (let at = 0, n = 0; n < count; n += 1) {
    if (at + 46 > list.byteLength || list.getUint32(at, true) !== 0x02014b50) refuse('not-a-bag', file.name);
    const entry = zipEntry(list, at);
    at += 46 + entry.nameLength + entry.extraLength + list.getUint16(at + 32, true);
    if (!entry.name.endsWith('/')) found.push(entry);
  }
  return bagOfEntries(file, found);
}

function zipEntry(list, at) {
  const nameLength = list.getUint16(at + 28, true);
  const extraLength = list.getUint16(at + 30, true);
  const entry = {
    nameLength,
    extraLength,
    flags: list.getUint16(at + 8, true),
    method: list.getUint16(at + 10, true),
    packed: list.getUint32(at + 20, true),
    size: list.getUint32(at + 24, true),
    mode: list.getUint32(at + 38, true) >>> 16,
    start: list.getUint32(at + 42, true),
    name: new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, nameLength)),
  };
  let extra = at + 46 + nameLength;
  const stop = extra + extraLength;
  while (extra + 4 <= stop) {
    const kind = list.getUint16(extra, true);
    let value = extra + 4;
    if (kind === 1) {
      for (const field of ['size', 'packed', 'start']) {
        if (entry[field] === 0xffffffff && value + 8 <= stop) {
          entry[field] = Number(list.getBigUint64(value, true));
          value += 8;
        }
      }
    }
    extra += 4 + list.getUint16(extra + 2, true);
  }
  return entry;
}

function bagOfEntries(file, found) {
  const full = found.reduce((sum, entry) => sum + entry.size, 0);
  // Entries may share their bytes: no more is there than the file is long.
  const packed = Math.min(found.reduce((sum, entry) => sum + entry.packed, 0), file.size);
  if (full > 2 ** 20 + packed * RATIO) refuse('limit', file.name);
  const tops = new Set(found.map((entry) => entry.name.split('/')[0]));
  const cut = tops.size === 1;
  const bag = new Bag();
  for (const entry of found) {
    const link = (entry.mode & 0xf000) === 0xa000;
    if (link || entry.flags & 1 || ![0, 8].includes(entry.method)) refuse('path', entry.name);
    const name = cut ? entry.name.slice(entry.name.indexOf('/') + 1) : entry.name;
    bag.add(name, entry.size, () => unpack(file, entry));
  }
  return bag;
}

async function unpack(file, entry) {
  const head = new DataView(await file.slice(entry.start, entry.start + 30).arrayBuffer());
  if (head.byteLength < 30 || head.getUint32(0, true) !== 0x04034b50) refuse('limit', entry.name);
  const start = entry.start + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const stored = file.slice(start, start + entry.packed);
  if (entry.method === 0) return stored.arrayBuffer();
  const reader = stored.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const whole = new Uint8Array(entry.size);
  let at = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (at + next.value.length > entry.size) refuse('limit', entry.name);
    whole.set(next.value, at);
    at += next.value.length;
  }
  return at === entry.size ? whole.buffer : refuse('limit', entry.name);
}
