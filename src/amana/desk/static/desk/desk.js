// SPDX-License-Identifier: AGPL-3.0-or-later
// j and k go through the rows of a list, Enter opens. Everything works without it.
(function () {
  const links = Array.from(document.querySelectorAll('[data-keys] tbody a'))
  if (!links.length) return
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest('input, select, textarea, [contenteditable]')) return
    const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
    if (!step) return
    const at = links.indexOf(document.activeElement)
    const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))
    links[next].focus()
    event.preventDefault()
  })
})()
