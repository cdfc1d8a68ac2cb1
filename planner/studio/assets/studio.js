"use strict"
// What no attribute can say: follow a job, put a message at its field, pick a unit, copy a command. The pages work without it.

// A job: the server sends its part of the page whenever it looks different.
for (const part of document.querySelectorAll("[data-follow]")) {
  const source = new EventSource(part.dataset.follow)
  source.onmessage = (event) => {
    const {html, over} = JSON.parse(event.data)
    part.innerHTML = html
    if (over) {
      source.close()
      part.dataset.over = "yes"
    }
  }
}

// The message of a check stands at the field that it is about.
const place = (verdict) => {
  document.querySelectorAll(".field.wrong").forEach((field) => {
    field.classList.remove("wrong")
    field.querySelector(".here")?.remove()
    field.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"))
  })
  const told = verdict?.querySelector("[data-field]")
  if (!told || !told.dataset.field) return
  // The key of the message may be deeper than the field (a year of it) or above it (a list).
  let key = told.dataset.field, field = null
  while (key && !(field = document.getElementById("field-" + key))) key = key.replace(/\.?[^.]*$/, "")
  if (!field) return
  field.closest("details.item")?.setAttribute("open", "")
  field.classList.add("wrong")
  field.querySelectorAll("input, select").forEach((input) => input.setAttribute("aria-invalid", "true"))
  const copy = document.createElement("pre")
  copy.className = "error here"
  copy.textContent = told.textContent
  field.append(copy)
}
const verdict = document.getElementById("verdict")
if (verdict) {
  place(verdict)
  new MutationObserver(() => place(verdict)).observe(verdict, {childList: true})
}

document.addEventListener("change", (event) => {
  const unit = event.target.closest?.("select.units")
  if (!unit || !unit.value) return
  const input = document.getElementById(unit.dataset.for)
  const figure = input.value.match(/^\s*[-+]?[\d.,]+(e[-+]?\d+)?/i)
  if (figure) input.value = unit.value === "as it is" ? figure[0].trim() : `${figure[0].trim()} ${unit.value}`
  unit.value = ""
  input.dispatchEvent(new Event("change", {bubbles: true}))
})

// A year's figure takes the place of the one figure; where none is left, the one comes back.
document.addEventListener("input", (event) => {
  const years = event.target.closest?.(".years")
  if (!years) return
  const one = years.parentElement.querySelector(".entry > input:not([type=hidden])")
  if (one) one.disabled = [...years.querySelectorAll("input")].some((input) => input.value.trim())
})

// A lever tells where it stands, in its own steps.
document.addEventListener("input", (event) => {
  if (event.target.type !== "range") return
  const {step, now} = event.target.dataset, value = Number(event.target.value), near = Math.abs(value - Number(now)) < Number(step) / 2
  const told = near ? Number(now) : Math.round(value / Number(step)) * Number(step)
  event.target.nextElementSibling.value = Number(told.toPrecision(4))
})
document.getElementById("levers")?.addEventListener("reset", (event) => {
  for (const output of event.target.querySelectorAll("output")) output.value = output.defaultValue
})

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]")
  if (!button) return
  await navigator.clipboard.writeText(button.dataset.copy)
  button.textContent = button.dataset.copied
})

// A command that is waited for may take minutes; where no answer comes at all, that is told.
document.addEventListener("htmx:error", (event) => {
  const place = document.querySelector(event.target.closest?.("[hx-target]")?.getAttribute("hx-target"))
  if (!place) return
  const told = document.createElement("p")
  told.className = "error"
  told.textContent = document.body.dataset.silent
  place.replaceChildren(told)
})

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print()
})

// A file that is dropped on its field is as if it were chosen.
for (const place of document.querySelectorAll("[data-drop]")) {
  place.addEventListener("dragover", (event) => event.preventDefault())
  place.addEventListener("drop", (event) => {
    event.preventDefault()
    place.querySelector("input[type=file]").files = event.dataTransfer.files
  })
}
