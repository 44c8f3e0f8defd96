// SPDX-License-Identifier: AGPL-3.0-or-later
// The page: what the reader gives, what she is told. Text is only ever set as text.

let language = 'en';
let shown = null;

const at = (id) => document.getElementById(id);
const say = (key) => WORDS[language].texts[key];
const named = (table, code) => WORDS[language][table][code] ?? code;

function made(tag, text, look) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (look) element.className = look;
  return element;
}

// A sentence with {places}: names, times and codes stand left to right wherever they are.
function sentence(tag, text, values, look) {
  const element = made(tag, undefined, look);
  for (const part of text.split(/(\{\w+\})/)) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) element.append(part);
    else {
      const value = made('bdi', String(values[name] ?? ''));
      if (name !== 'by' && name !== 'method' && name !== 'reason') value.dir = 'ltr';
      element.append(value);
    }
  }
  return element;
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  document.documentElement.dir = WORDS[chosen].dir;
  document.title = say('title');
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  for (const button of at('languages').children) button.setAttribute('aria-pressed', String(button.lang === chosen));
  if (shown) draw(shown);
}

const moment = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/.test(text) ? `${text.slice(0, 10)} ${text.slice(11, 19)} UTC` : text;

function lineOf(item) {
  const line = made('li');
  if (item.state === 'holds') {
    line.append(made('span', `✓ ${say('holds')}`, 'mark good'), ' ');
    const values = { ...item, since: moment(item.since), by: named('sources', item.by), method: named('methods', item.method) };
    line.append(sentence('span', say('item_holds'), values));
  } else if (item.state === 'withheld') {
    line.append(made('span', `○ ${say('withheld')}`, 'mark grey'), ' ');
    line.append(sentence('span', say('item_withheld'), { ...item, reason: named('reasons', item.reason) }));
  } else {
    line.append(made('span', `✗ ${say('fails')}`, 'mark bad'), ' ');
    line.append(sentence('span', say('item_fails'), item));
  }
  return line;
}

function draw(report) {
  shown = report;
  const place = at('result');
  place.replaceChildren(made('p', say(`exit_${report.exit}`), `verdict ${report.exit === 0 ? 'good' : 'bad'}`));
  const list = made('ul');
  for (const each of report.problems) {
    const line = made('li', undefined, 'problem');
    line.append(made('span', '✗', 'mark bad'), ' ', sentence('span', `${named('problems', each.code)} {where}`, each));
    list.append(line);
  }
  for (const item of report.items) list.append(lineOf(item));
  for (const each of report.unchecked) {
    const line = made('li', undefined, 'grey');
    line.append(made('span', `– ${say('unchecked')}`, 'mark grey'), ' ', sentence('span', named('unchecked', each.code), each));
    list.append(line);
  }
  place.append(list, made('p', say('caution'), 'soft'));
}

async function check(open) {
  const report = { exit: 0, items: [], problems: [], unchecked: [] };
  const tell = (done, of) => {
    at('result').replaceChildren(sentence('p', say('working'), { done, of }));
  };
  tell(0, '…');
  try {
    const bag = await open();
    const digests = await checkContainer(bag, tell);
    const log = new Log(await trustedKeys(bag, at('key').value));
    const items = new Items(bag, digests, log);
    await items.check();
    report.items = items.rows;
    report.problems = items.problems;
    report.unchecked = [...log.unchecked].map((name) => ({ code: 'signature', name }));
    const stamps = [...bag.files.keys()].filter((name) => name.endsWith('.tsr'));
    report.unchecked.push(...stamps.map((name) => ({ code: 'stamp', name })), { code: 'truth' });
  } catch (error) {
    report.problems.push(error instanceof Refused ? error : new Refused('container', '', String(error)));
  }
  report.problems = report.problems.map(({ code, where, message }) => ({ code, where, text: message }));
  if (report.problems.length) report.exit = report.problems.some(({ code }) => code === 'not-a-bag') ? 2 : 1;
  draw(report);
  at('result').focus();
  document.documentElement.dataset.report = JSON.stringify(report);
}

async function dropped(entries, pairs = []) {
  for (const entry of entries) {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      pairs.push([entry.fullPath.slice(1), file]);
    } else {
      const reader = entry.createReader();
      for (let some = [null]; some.length;) {
        some = await new Promise((done, failed) => reader.readEntries(done, failed));
        await dropped(some, pairs);
      }
    }
    if (pairs.length > MOST_FILES) refuse('limit', entry.fullPath);
  }
  return pairs;
}

function begin() {
  for (const [code, words] of Object.entries(WORDS)) {
    const button = made('button', words.name);
    button.lang = code;
    button.type = 'button';
    button.addEventListener('click', () => speak(code));
    at('languages').append(button);
  }
  at('folder').addEventListener('change', (event) => {
    const pairs = [...event.target.files].map((file) => [file.webkitRelativePath, file]);
    if (pairs.length) check(async () => bagOfFiles(pairs)).finally(() => { event.target.value = ''; });
  });
  at('zip').addEventListener('change', (event) => {
    const [file] = event.target.files;
    if (file) check(() => bagOfZip(file)).finally(() => { event.target.value = ''; });
  });
  const place = at('drop');
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    place.classList.add('over');
  });
  document.addEventListener('dragleave', () => place.classList.remove('over'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('over');
    const [file] = event.dataTransfer.files;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    if (entries.length === 1 && entries[0].isFile) check(() => bagOfZip(file));
    else if (entries.length) check(async () => bagOfFiles(await dropped(entries)));
  });
  const wished = navigator.languages.map((each) => each.slice(0, 2)).find((each) => each in WORDS);
  speak(wished ?? 'en');
}

begin();
