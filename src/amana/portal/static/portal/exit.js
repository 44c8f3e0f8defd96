/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Leaves at once: the red link, or Shift three times in five seconds. */
{
  let alone = false;
  let left = false;
  let presses = [];
  const leave = () => {
    left = true;
    document.documentElement.hidden = true;
    document.title = "\u200e";
    location.replace(document.querySelector("a.exit").href);
  };
  addEventListener("click", (event) => {
    if (!event.target.closest("a[href='/exit/']")) return;
    event.preventDefault();
    leave();
  });
  // Shift held for a capital letter does not count.
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift";
    if (!alone) presses = [];
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    const now = Date.now();
    presses = presses.filter((at) => now - at < 5000);
    if (presses.push(now) > 2) leave();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && left) leave();
  });
}
