/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Leaves at once: Shift three times within five seconds, or the red link. Works without it too. */
(() => {
  const link = document.querySelector("a.exit");
  if (!link) return;
  const root = document.documentElement;
  let presses = [];
  let left = false;
  const leave = () => {
    left = true;
    root.hidden = true;
    document.title = "\u200e";
    location.replace(link.href);
  };
  addEventListener("click", (event) => {
    if (!event.target.closest("a[href='" + link.getAttribute("href") + "']")) return;
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key !== "Shift") { presses = []; return; }
    const now = Date.now();
    presses = presses.filter((at) => now - at < 5000);
    if (presses.push(now) > 2) leave();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && left) leave();
  });
})();
