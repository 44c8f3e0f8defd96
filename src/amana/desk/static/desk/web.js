// SPDX-License-Identifier: AGPL-3.0-or-later
// The picture of links larger and smaller: buttons, the keys + - 0, the wheel with Ctrl; dragging
// with the mouse moves it, as arrows and fingers do by themselves. The tables say all of it too.
(function () {
  const svg = document.querySelector('svg[data-web]')
  if (!svg) return
  const figure = svg.closest('figure')
  const sheet = svg.parentElement
  const high = Number(svg.getAttribute('height'))
  let scale = 1
  let first = svg.getBoundingClientRect().width
  const zoom = factor => {
    const before = scale
    scale = Math.min(4, Math.max(0.4, factor ? scale * factor : 1))
    if (Math.abs(scale - 1) < 0.02) scale = 1
    if (scale === 1) svg.removeAttribute('viewBox')
    else svg.setAttribute('viewBox', '0 0 ' + first + ' ' + high)
    svg.setAttribute('width', scale === 1 ? '100%' : first * scale)
    svg.setAttribute('height', high * scale)
    sheet.classList.toggle('moved', scale !== 1)
    const grown = scale / before
    const middle = sheet.clientHeight / 2
    sheet.scrollTop = (sheet.scrollTop + middle) * grown - middle
    sheet.scrollLeft *= grown
  }
  const tools = document.createElement('div')
  tools.className = 'tools'
  for (const [sign, named, factor] of [['+', 'larger', 1.25], ['−', 'smaller', 0.8], ['⟲', 'whole', 0]]) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'btn quiet small'
    button.textContent = sign
    button.setAttribute('aria-label', figure.dataset[named])
    button.title = figure.dataset[named]
    button.addEventListener('click', () => zoom(factor))
    tools.append(button)
  }
  figure.prepend(tools)
  sheet.addEventListener('keydown', event => {
    const factor = { '+': 1.25, '=': 1.25, '-': 0.8, '0': 0 }[event.key]
    if (factor === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    zoom(factor)
  })
  sheet.addEventListener('wheel', event => {
    if (!event.ctrlKey) return
    event.preventDefault()
    zoom(event.deltaY > 0 ? 0.9 : 1.1)
  }, { passive: false })
  let from = null
  sheet.addEventListener('pointerdown', event => {
    if (event.button === 0 && event.pointerType === 'mouse' && !event.target.closest('a')) from = event
  })
  window.addEventListener('pointerup', () => { from = null })
  window.addEventListener('pointermove', event => {
    if (!from) return
    sheet.scrollBy(from.clientX - event.clientX, from.clientY - event.clientY)
    from = event
  })
  window.addEventListener('resize', () => {
    zoom(0)
    first = svg.getBoundingClientRect().width
  })
})()
