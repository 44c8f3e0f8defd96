// SPDX-License-Identifier: AGPL-3.0-or-later
// Moving about in the picture of links: buttons, dragging, the wheel with Ctrl. Everything that it
// shows stands in the tables too.
(function () {
  const svg = document.querySelector('svg[data-web]')
  if (!svg) return
  const whole = svg.viewBox.baseVal
  const first = { x: whole.x, y: whole.y, w: whole.width, h: whole.height }
  let now = { ...first }
  const show = () => svg.setAttribute('viewBox', [now.x, now.y, now.w, now.h].join(' '))
  const zoom = factor => {
    const w = Math.min(first.w * 1.5, Math.max(first.w / 8, now.w * factor))
    const scale = w / now.w
    now = { x: now.x + (now.w - w) / 2, y: now.y + now.h * (1 - scale) / 2, w, h: now.h * scale }
    show()
  }
  const tools = document.createElement('div')
  tools.className = 'tools'
  for (const [sign, act] of [['+', () => zoom(0.8)], ['−', () => zoom(1.25)], ['⟲', () => { now = { ...first }; show() }]]) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'btn quiet small'
    button.textContent = sign
    button.addEventListener('click', act)
    tools.append(button)
  }
  svg.closest('figure').prepend(tools)
  let from = null
  svg.addEventListener('pointerdown', event => { if (event.button === 0) from = event })
  window.addEventListener('pointerup', () => { from = null })
  window.addEventListener('pointermove', event => {
    if (!from) return
    const scale = now.w / svg.clientWidth
    now.x -= (event.clientX - from.clientX) * scale
    now.y -= (event.clientY - from.clientY) * scale
    from = event
    show()
  })
  svg.addEventListener('wheel', event => {
    if (!event.ctrlKey) return
    event.preventDefault()
    zoom(event.deltaY > 0 ? 1.1 : 0.9)
  }, { passive: false })
})()
