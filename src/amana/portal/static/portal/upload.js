/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sends chosen files piece by piece (tus 1.0), goes on after a break, and can be paused. Whatever
   does not work here is put back into the form, which sends it as if there were no script. */
for (const box of document.querySelectorAll("[data-uploads]")) {
  const said = JSON.parse(box.dataset.uploads);
  const input = box.querySelector("input[type=file]");
  const form = input.form;
  const list = box.querySelector(".coming");
  const news = box.querySelector("[role=status]");
  const PIECE = 1 << 20;
  const WAITS = [1, 2, 4, 8, 15, 30, 60];
  const coming = [];
  form.querySelector("[name=_add]")?.parentElement.remove();
  let running = false;
  let wanted = null;

  const words = (text, file) => text.replace("%s", `\u2068${file.name}\u2069`);
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const later = (seconds) => new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });

  /* One request; `status` is 0 when there was no answer. */
  const ask = (method, where, headers, body, one) => new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(method, where);
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    request.setRequestHeader("Accept", "application/json");
    for (const name in headers) request.setRequestHeader(name, headers[name]);
    if (body) request.upload.onprogress = (event) => show(one, one.offset + event.loaded);
    request.onloadend = () => done(request);
    if (one) one.request = request;
    request.send(body || null);
  });

  /* What a browser remembers, others find on the same telephone: what is half here, the page says. */
  const begun = self.crypto && crypto.subtle ? [...said.begun] : [];

  const sum = async (bytes) => {
    const digest = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer());
    return btoa(String.fromCharCode(...new Uint8Array(digest)));
  };

  /* Whether the file that was chosen again is the one of which a part is here. */
  const same = async (one, answer) => {
    const [start, digest] = (answer.getResponseHeader("Amana-Last-Piece") || "").split(" ");
    const end = Number(answer.getResponseHeader("Upload-Offset") || 0);
    return Boolean(digest) && (await sum(one.file.slice(Number(start), end))) === digest;
  };

  const show = (one, bytes) => {
    one.bar.value = bytes;
    one.note.textContent = `${Math.floor((100 * bytes) / Math.max(1, one.file.size))}\u2009%`;
  };

  const begin = (one) => ask("POST", "/files/", {
    "Upload-Length": one.file.size,
    "Upload-Metadata": `filename ${base64(one.file.name)},filetype ${base64(one.file.type)}`,
  });

  const next = async (one) => {
    const piece = one.file.slice(one.offset, one.offset + PIECE);
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": one.offset,
    };
    if (self.crypto && crypto.subtle) {
      headers["Upload-Checksum"] = `sha256 ${await sum(piece)}`;
    }
    return ask("PATCH", one.where, headers, piece, one);
  };

  /* Until the file is whole, is paused or taken out, or cannot go on. */
  const send = async (one) => {
    for (let tries = 0; !one.paused && !one.gone;) {
      const asked = one.again ? { "Amana-Compare": "1" } : {};
      const step = one.where ? (one.sure ? next(one) : ask("HEAD", one.where, asked)) : begin(one);
      const answer = await step.catch(() => ({ status: -1 }));
      if (one.gone) return;
      if (one.again && answer.status !== 0) {
        one.again = false;
        if (answer.status !== 200 || !(await same(one, answer))) {
          one.where = null;
          continue;
        }
      }
      if (answer.status >= 200 && answer.status < 300) {
        tries = 0;
        one.where = one.where || answer.getResponseHeader("Location");
        one.offset = Number(answer.getResponseHeader("Upload-Offset") || 0);
        one.sure = true;
        show(one, one.offset);
        if (one.offset >= one.file.size) return kept(one);
      } else if (one.paused) {
        one.sure = false;
      } else if ([0, 409, 429, 460, 502, 503, 504].includes(answer.status) && tries < WAITS.length) {
        one.sure = false;
        one.note.textContent = said.waiting;
        await later(WAITS[tries++]);
      } else {
        return failed(one, answer);
      }
    }
  };

  const kept = (one) => {
    one.state = "kept";
    one.bar.remove();
    one.pause.remove();
    one.note.textContent = said.kept;
    news.textContent = words(said.isKept, one.file);
  };

  const failed = (one, answer) => {
    one.state = "failed";
    one.bar.remove();
    one.pause.remove();
    let why = "";
    try { why = JSON.parse(answer.responseText).title; } catch { /* no answer of ours */ }
    one.note.className = "error";
    one.note.textContent = why || said.failed;
    news.textContent = `${words(said.isNotKept, one.file)} ${one.note.textContent}`;
    if (!why) back(one);
  };

  /* The form sends it instead. */
  const back = (one) => {
    const files = new DataTransfer();
    for (const file of [...input.files, one.file]) files.items.add(file);
    input.files = files.files;
  };

  const run = async () => {
    if (running) return;
    running = true;
    for (let one; (one = coming.find((each) => each.state === "waiting" && !each.paused));) {
      await send(one);
    }
    running = false;
    if (wanted !== null && !coming.some((one) => one.state === "waiting")) leave(wanted);
  };

  const leave = (button) => {
    wanted = null;
    const some = coming.some((one) => one.state === "kept");
    // A number makes it another address: the same one with a mark would not be fetched again.
    if (form.dataset.after && some && !input.files.length) {
      location.replace(`${form.dataset.after}?${Date.now()}#files-here`);
    } else form.requestSubmit(button || undefined);
  };

  const made = (name, attributes, parent) => {
    const found = Object.assign(document.createElement(name), attributes);
    parent.append(found);
    return found;
  };

  const add = (file) => {
    const row = made("li", {}, list);
    const one = { file, row, offset: 0, state: "waiting", paused: false, sure: true };
    const half = begun.find((each) => each.name === file.name && each.size === file.size);
    if (half) {
      begun.splice(begun.indexOf(half), 1);
      half.row.remove();
      Object.assign(one, { where: half.where, again: true, sure: false });
    }
    made("bdi", { textContent: file.name }, row);
    one.note = made("small", { textContent: "0\u2009%", dir: "auto" }, row);
    one.bar = made("progress", { className: "path", max: Math.max(1, file.size), value: 0 }, row);
    one.bar.setAttribute("aria-label", file.name);
    const small = { type: "button", className: "btn quiet small" };
    one.pause = made("button", { ...small, textContent: said.pause }, row);
    one.pause.onclick = () => {
      one.paused = !one.paused;
      one.pause.textContent = one.paused ? said.go : said.pause;
      if (one.paused && one.request) one.request.abort();
      if (one.paused) one.note.textContent = said.paused;
      else run();
    };
    const remove = made("button", { ...small, textContent: said.remove }, row);
    remove.setAttribute("aria-label", words(said.removeIt, file));
    one.pause.setAttribute("aria-describedby", (one.note.id = `n${coming.length}`));
    remove.onclick = () => {
      one.gone = true;
      one.state = "gone";
      if (one.request) one.request.abort();
      if (one.where) ask("DELETE", one.where);
      row.remove();
      news.textContent = words(said.removed, file);
      input.focus();
    };
    coming.push(one);
  };

  for (const half of begun) {
    half.row = made("li", {}, list);
    made("bdi", { textContent: half.name }, half.row);
    const far = `${Math.floor((100 * half.offset) / Math.max(1, half.size))}\u2009%`;
    made("small", { textContent: `${far} · ${said.again}`, dir: "auto" }, half.row);
    const remove = made("button", {
      type: "button", className: "btn quiet small", textContent: said.remove,
    }, half.row);
    remove.setAttribute("aria-label", words(said.removeIt, { name: half.name }));
    remove.onclick = () => {
      begun.splice(begun.indexOf(half), 1);
      ask("DELETE", half.where);
      half.row.remove();
      news.textContent = words(said.removed, { name: half.name });
      input.focus();
    };
  }

  input.addEventListener("change", () => {
    for (const file of input.files) add(file);
    input.value = "";
    run();
  });

  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "_skip") return;
    const open = coming.some((one) => one.state === "waiting");
    const done = form.dataset.after && coming.some((one) => one.state === "kept");
    if (!open && !(done && !input.files.length)) return;
    event.preventDefault();
    if (!open) return leave(event.submitter);
    wanted = event.submitter;
    for (const one of coming.filter((each) => each.paused)) one.pause.click();
    news.textContent = said.busy;
    run();
  });
}
