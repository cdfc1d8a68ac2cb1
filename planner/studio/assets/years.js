"use strict"
// Figures by year as a line whose points can be dragged up and down, or moved with the arrow keys; the fields stay what is sent.
const WIDE = 300, TALL = 70, SIDE = 14
const NUMBER = /^\s*([-+]?[\d.,]+(?:e[-+]?\d+)?)(.*)$/i

for (const svg of document.querySelectorAll("svg[data-line]")) {
  const inputs = [...svg.closest(".years").querySelectorAll("input[name^='y:']")]
  const years = inputs.map((input) => Number(input.name.split(":").pop()))
  let top = 1
  const read = (input) => {
    const found = (input.value || "").match(NUMBER)
    return found ? {value: Number(found[1].replace(/,/g, "")), unit: found[2]} : null
  }
  const across = (i) => SIDE + (WIDE - 2 * SIDE) * (years[i] - years[0]) / Math.max(1, years.at(-1) - years[0])
  const up = (value) => TALL - SIDE - (TALL - 2 * SIDE) * Math.max(0, Math.min(1, value / top))
  const put = (i, value) => {
    const {unit} = read(inputs[i])
    inputs[i].value = `${Number(Math.max(0, value).toPrecision(3))}${unit}`
    draw()
  }
  const part = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    svg.append(made)
    return made
  }
  const draw = () => {
    const places = inputs.map((input, i) => [i, read(input)]).filter(([, found]) => found && Number.isFinite(found.value))
    svg.toggleAttribute("hidden", places.length < 2)
    svg.replaceChildren()
    part("polyline", {points: places.map(([i, {value}]) => `${across(i)},${up(value)}`).join(" "), class: "edge"})
    for (const [i, {value}] of places) {
      const dot = part("circle", {cx: across(i), cy: up(value), r: 6, tabindex: 0, role: "slider", "aria-label": years[i], "aria-valuenow": value})
      dot.addEventListener("pointerdown", (event) => {
        event.preventDefault()
        const move = (to) => {
          const box = svg.getBoundingClientRect()
          put(i, top * (1 - ((to.clientY - box.top) * TALL / box.height - SIDE) / (TALL - 2 * SIDE)))
        }
        const end = () => {
          removeEventListener("pointermove", move)
          scale()
          inputs[i].dispatchEvent(new Event("change", {bubbles: true}))
        }
        addEventListener("pointermove", move)
        addEventListener("pointerup", end, {once: true})
      })
      dot.addEventListener("keydown", (event) => {
        const step = {ArrowUp: 0.05, ArrowDown: -0.05}[event.key]
        if (!step) return
        event.preventDefault()
        put(i, value + step * top)
        inputs[i].dispatchEvent(new Event("change", {bubbles: true}))
        svg.querySelectorAll("circle")[places.findIndex(([at]) => at === i)]?.focus()
      })
    }
  }
  const scale = () => {
    top = 1.5 * Math.max(1e-9, ...inputs.map((input) => read(input)?.value ?? 0))
    draw()
  }
  inputs.forEach((input) => input.addEventListener("input", scale))
  scale()
}
