// SPDX-License-Identifier: AGPL-3.0-or-later
// The items: file, opening, record of custody, entry of the journal, leaf of the log.

const FORMAT = 'amana-openings/v1';
const BEGINNINGS = ['ingest', 'capture', 'derive'];
const PROOF = 2 * 2 ** 20;

async function mac(salt, data) {
  if (salt.length !== 32) throw new TypeError('a salt has another length');
  const key = await crypto.subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

class Items {
  constructor(bag, digests, log) {
    Object.assign(this, { bag, digests, log, rows: [], problems: [], used: new Set() });
  }

  async check() {
    let opened;
    try {
      opened = JSON.parse(await this.bag.text('openings.json'));
      if (opened.format !== FORMAT || !Array.isArray(opened.items) || !opened.made.bag) throw new TypeError('form');
    } catch (error) {
      refuse(error instanceof Refused ? error.code : 'openings', 'openings.json');
    }
    for (const item of opened.items) await this.row(item, opened.made.bag);
    for (const name of this.bag.files.keys()) {
      if (name.startsWith('data/') && !this.used.has(name)) this.problems.push(new Refused('openings', name));
    }
  }

  async row(item, made) {
    const row = { number: Number(item?.number), state: 'withheld' };
    try {
      if ('withheld' in item) row.reason = String(item.withheld);
      else {
        row.file = String(item.file);
        Object.assign(row, await this.item(item, made), { state: 'holds' });
      }
    } catch (error) {
      row.state = 'fails';
      this.problems.push(error instanceof Refused ? error : new Refused('openings', 'openings.json'));
    }
    this.rows.push(row);
  }

  async item(item, made) {
    const bound = hex(await this.bound(item));
    const said = [];
    let previous = '';
    for (const [at, record] of item.records.entries()) {
      if (record.number !== at + 1) refuse('chain', item.file);
      said.push(await this.record(item, record, bound, previous));
      previous = record.leaf;
    }
    const first = said[0];
    const last = said.at(-1);
    if (!first || !BEGINNINGS.includes(first.type)) refuse('chain', item.file);
    if (!last || last.type !== 'export' || last.facts.bag !== made) refuse('chain', item.file);
    const source = first.type === 'derive' ? '' : first.facts.source;
    return {
      since: String(first.t),
      by: String(source || first.actor.role),
      method: String(first.facts.method || first.type),
    };
  }

  async bound(item) {
    const { file: name, size } = item;
    const there = this.bag.files.get(name);
    if (!there || !name.startsWith('data/')) refuse('missing-file', String(name));
    if (this.used.has(name)) refuse('openings', name);
    this.used.add(name);
    if (there.size !== size) refuse('opening', name);
    const found = this.digests.get(name);
    const said = fromHex(found['SHA-256'] + found['SHA-512'] + item.cipher_sha256);
    return mac(decoded(item.salt), join(utf8('evidence/v1\0'), said, word(size)));
  }

  async record(item, record, bound, previous) {
    const where = record.proof;
    const leaf = fromHex(record.leaf);
    if (where === null) refuse('unproven', item.file);
    const proof = await this.bag.text(where, PROOF);
    try {
      await this.log.included(proof, leaf);
    } catch {
      refuse('proof', where);
    }
    if ('withheld' in record) return null;
    if (!same(await mac(decoded(record.entry_salt), utf8(record.entry)), leaf)) refuse('entry', where);
    const said = JSON.parse(record.record);
    const entry = JSON.parse(record.entry);
    const inner = await mac(decoded(record.record_salt), utf8(record.record));
    if (entry.facts.custody !== hex(inner)) refuse('record', where);
    if (said.item !== item.id || entry.facts.item !== item.id) refuse('record', where);
    if (entry.tag !== `evidence:item:${said.type}`) refuse('record', where);
    if (said.previous !== previous) refuse('chain', where);
    if (said.commit !== bound) refuse('opening', item.file);
    return said;
  }
}
