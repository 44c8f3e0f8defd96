// SPDX-License-Identifier: AGPL-3.0-or-later
// The container: a bag of evidence as RFC 8493 has it, every file under SHA-256 and SHA-512.

const LISTS = { 'manifest-sha256.txt': 'SHA-256', 'manifest-sha512.txt': 'SHA-512' };
const DECLARED = /^BagIt-Version: 1\.0\r?\nTag-File-Character-Encoding: UTF-8(\r?\n)?$/;

function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text) {
  if (typeof text !== 'string' || !/^([0-9a-f]{2})*$/.test(text)) throw new TypeError('not hexadecimal');
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

async function readList(bag, name) {
  const length = name.includes('512') ? 128 : 64;
  const found = new Map();
  for (const line of (await bag.text(name)).split(/\r\n|\r|\n/)) {
    if (!line) continue;
    const match = /^([0-9A-Fa-f]+)[ \t]+(\S.*)$/u.exec(line);
    if (!match || match[1].length !== length) refuse('manifest', name);
    const path = match[2].replace(/%(0[AaDd]|25)/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
    const tag = name.startsWith('tag');
    if (!isSafe(path) || tag === path.startsWith('data/') || path.startsWith('tagmanifest-')) refuse('path', path);
    if (found.has(path)) refuse('manifest', path);
    found.set(path, match[1].toLowerCase());
  }
  return found;
}

// Returns the digests of each file; `tell` hears of each one that was read.
async function checkContainer(bag, tell) {
  if (!bag.has('bagit.txt')) refuse('not-a-bag', 'bagit.txt');
  if (!DECLARED.test(await bag.text('bagit.txt', 4096))) refuse('container', 'bagit.txt');
  if (bag.has('fetch.txt')) refuse('fetch', 'fetch.txt');
  const lists = new Map();
  for (const name of [...bag.files.keys()].sort()) {
    if (!/^(tag)?manifest-[^/]+\.txt$/.test(name)) continue;
    if (!(name.replace(/^tag/, '') in LISTS)) refuse('container', name);
    lists.set(name, await readList(bag, name));
  }
  if (lists.size !== 4) refuse('container', '');
  for (const [list, found] of lists) {
    const tag = list.startsWith('tag');
    for (const name of bag.files.keys()) {
      const concerned = tag ? !name.startsWith('data/') && !name.startsWith('tagmanifest-') : name.startsWith('data/');
      if (concerned && !found.has(name)) refuse('unlisted-file', name);
    }
    for (const name of found.keys()) if (!bag.has(name)) refuse('missing-file', name);
  }
  const digests = new Map();
  let done = 0;
  for (const name of bag.files.keys()) {
    digests.set(name, await digestsOf(bag, name, lists));
    done += 1;
    tell(done, bag.files.size);
  }
  await checkOxum(bag);
  return digests;
}

async function digestsOf(bag, name, lists) {
  const bytes = await bag.bytes(name);
  const found = {};
  for (const [list, kind] of Object.entries(LISTS)) {
    found[kind] = hex(await crypto.subtle.digest(kind, bytes));
    const listed = lists.get(list).get(name) ?? lists.get(`tag${list}`).get(name);
    if (listed !== undefined && listed !== found[kind]) refuse('digest', name);
  }
  return found;
}

async function checkOxum(bag) {
  if (!bag.has('bag-info.txt')) return;
  const match = /^Payload-Oxum[ \t]*:[ \t]*(\S+)[ \t]*\r?$/im.exec(await bag.text('bag-info.txt', 2 ** 20));
  const sizes = [...bag.files].filter(([name]) => name.startsWith('data/')).map(([, file]) => file.size);
  const real = `${sizes.reduce((sum, size) => sum + size, 0)}.${sizes.length}`;
  if (match && match[1] !== real) refuse('container', 'bag-info.txt');
}
