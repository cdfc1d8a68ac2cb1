// Draws a point or an area of a new site: by clicks on the map, or from the keyboard with the map's middle as the pen.
import {map} from "/static/map.js"

const form = document.getElementById("draw"), part = document.getElementById("drawing"), told = document.getElementById("drawn")
const {shape, lat, lon} = form.elements
let corners = []

const area = () => form.elements.what.value === "area"
const ring = () => [...corners, corners[0]]
const told_of = () => area()
  ? form.dataset.corners.replace("{count}", corners.length)
  : form.dataset.point.replace("{lat}", corners[0]?.[1] ?? "–").replace("{lon}", corners[0]?.[0] ?? "–")

const show = () => {
  const points = corners.map((corner) => ({type: "Feature", properties: {}, geometry: {type: "Point", coordinates: corner}}))
  const edges = area() && corners.length > 1
    ? [{type: "Feature", properties: {}, geometry: corners.length > 2 ? {type: "Polygon", coordinates: [ring()]} : {type: "LineString", coordinates: corners}}]
    : []
  map.getSource("drawing").setData({type: "FeatureCollection", features: [...edges, ...points]})
  if (area()) shape.value = corners.length > 2 ? JSON.stringify({type: "Polygon", coordinates: [ring()]}) : ""
  else shape.value = corners.length ? JSON.stringify({type: "Point", coordinates: corners[0]}) : ""
  told.textContent = told_of()
}
const add = (spot) => {
  const {lng, lat: north} = spot.wrap()
  const corner = [Number(lng.toFixed(5)), Number(north.toFixed(5))]
  corners = area() ? [...corners, corner] : [corner]
  if (!area()) [lon.value, lat.value] = corner
  show()
}

map.on("click", (event) => {
  if (part.open) add(event.lngLat)
})
form.querySelector("[data-here]").addEventListener("click", () => add(map.getCenter()))
form.querySelector("[data-back]").addEventListener("click", () => {
  corners = corners.slice(0, -1)
  show()
})
form.addEventListener("change", (event) => {
  if (event.target.name === "what") corners = []
  else if (event.target === lat || event.target === lon) {
    const spot = [Number(lon.value), Number(lat.value)]
    corners = lat.value.trim() && lon.value.trim() && spot.every(Number.isFinite) ? [spot] : []
  } else return
  show()
})
// An area that is not closed is no point: nothing is sent in its place.
form.addEventListener("submit", (event) => {
  if (area() && !shape.value) {
    event.preventDefault()
    told.textContent = told_of()
  }
})
