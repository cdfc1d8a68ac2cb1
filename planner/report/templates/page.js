"use strict"
// Tables: a click on a head sorts its rows; numbers by their exact value, words by letters.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells]
  const value = (row, index) => {
    const cell = row.cells[index], number = cell.querySelector("data.n")
    return number && number.value !== "" ? Number(number.value) : cell.textContent.trim()
  }
  heads.forEach((head, index) => head.firstElementChild.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "descending"
    heads.forEach((other) => other.removeAttribute("aria-sort"))
    head.setAttribute("aria-sort", down ? "ascending" : "descending")
    const compare = (a, b) => {
      const x = value(a, index), y = value(b, index)
      return typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y))
    }
    const rows = [...table.tBodies[0].rows].sort((a, b) => down ? compare(a, b) : compare(b, a))
    table.tBodies[0].append(...rows)
  }))
}
for (const input of document.querySelectorAll("input.filter")) {
  const rows = [...input.closest(".tools").nextElementSibling.querySelectorAll("tbody tr")]
  input.addEventListener("input", () => {
    const word = input.value.toLowerCase()
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(word)
  })
}
// What a screen reader says of a picture: the heading above it; of a slider: its title.
const headingOf = (place) => {
  let found = ""
  for (const heading of (place.closest("section") ?? document).querySelectorAll("h1, h2, h3, figcaption"))
    if (heading.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING) found = heading.textContent
  return found
}
const name = (view) => {
  const handle = view.shadow_el?.querySelector(".noUi-handle")
  if (handle) handle.setAttribute("aria-label", view.model.title ?? "")
  view.child_views?.forEach(name)
}
const named = () => {
  Object.values(Bokeh.index).forEach(name)
  for (const place of document.querySelectorAll(".bk-place")) {
    const view = Object.values(Bokeh.index).find((each) => place.contains(each.el))
    if (!view || view.model.type.includes("Slider") || view.model.type === "Select") continue
    place.setAttribute("role", "img")
    place.setAttribute("aria-label", headingOf(place))
  }
}
// Pictures: one after the other, so that the page is readable before the last one is drawn.
const waiting = [...document.querySelectorAll("script.picture")]
const draw = async () => {
  const next = waiting.shift()
  if (next === undefined) {
    if (window.Bokeh) named()
    document.documentElement.dataset.ready = "yes"
    return
  }
  const {documents, items} = JSON.parse(next.textContent)
  await Bokeh.embed.embed_items(documents, items)
  setTimeout(draw, 0)
}
if (waiting.length && window.Bokeh) {
  Bokeh.set_log_level("error")
  requestAnimationFrame(() => setTimeout(draw, 0))
}
// Axes take their colours from the page: paint them again when light turns to dark.
const repaint = (view) => {
  view.request_repaint?.()
  view.child_views?.forEach(repaint)
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => Object.values(window.Bokeh?.index ?? {}).forEach(repaint))
