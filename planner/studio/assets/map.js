// The map of sites, of a run by year or of the catalog, flat or as a globe. MapLibre draws; every shape comes from this machine.
import * as maplibre from "/static/maplibre/maplibre-gl.mjs"

const place = document.getElementById("map")
const dark = matchMedia("(prefers-color-scheme: dark)").matches
const sea = dark ? "#1b222b" : "#f2f6f9", land = dark ? "#39424f" : "#e0dcd0", edge = dark ? "#566172" : "#a9a493"
const ink = dark ? "#e7eaf0" : "#1f2430", own = "#D55E00"
const data = await (await fetch(place.dataset.map)).json()
const stage = () => document.querySelector("input[name=stage]:checked")?.value ?? place.dataset.stage
const nothing = {type: "FeatureCollection", features: []}

// From far away the world's land, from near the finer outlines of the countries and what lies around them.
const near = ["context", "kr_provinces", "jp_prefectures", "us_states"], change = 3.8
export const map = new maplibre.Map({
  container: place,
  style: {
    version: 8,
    projection: {type: "mercator"},
    sources: {
      land: {type: "geojson", data: "/shared/land.geojson", attribution: "Natural Earth"},
      ...Object.fromEntries(near.map((name) => [name, {type: "geojson", data: `/shared/${name}.geojson`}])),
      sites: {type: "geojson", data: data.sites, promoteId: "site"},
      routes: {type: "geojson", data: data.routes ?? nothing},
      areas: {type: "geojson", data: data.areas ?? nothing},
      drawing: {type: "geojson", data: nothing},
    },
    layers: [
      {id: "sea", type: "background", paint: {"background-color": sea}},
      {id: "land", type: "fill", source: "land", maxzoom: change, paint: {"fill-color": land, "fill-outline-color": edge}},
      ...near.map((name) => ({id: name, type: "fill", source: name, minzoom: change, paint: {"fill-color": land, "fill-outline-color": edge}})),
      {id: "areas", type: "fill", source: "areas", paint: {"fill-color": own, "fill-opacity": 0.35, "fill-outline-color": own}},
      {id: "routes", type: "line", source: "routes", paint: {"line-color": "#0072B2", "line-opacity": 0.35, "line-width": 1}},
      {id: "sites", type: "circle", source: "sites", paint: {"circle-radius": 5, "circle-color": "#0072B2"}},
      {id: "drawn-area", type: "fill", source: "drawing", filter: ["==", ["geometry-type"], "Polygon"], paint: {"fill-color": own, "fill-opacity": 0.3}},
      {id: "drawn-line", type: "line", source: "drawing", paint: {"line-color": own, "line-width": 2}},
      {id: "drawn", type: "circle", source: "drawing", filter: ["==", ["geometry-type"], "Point"], paint: {"circle-radius": 6, "circle-color": own, "circle-stroke-width": 2, "circle-stroke-color": ink}},
    ],
  },
  attributionControl: {compact: true},
  cooperativeGestures: false,
  maxZoom: 12,
})
map.addControl(new maplibre.NavigationControl({showCompass: false}))

// Many discs are drawn smaller, and the largest below the others.
const reach = data.sites.features.length > 30 ? 11 : 20

const paint = () => {
  const year = stage()
  if (year) {
    const mw = ["coalesce", ["get", `mw_${year}`], 0]
    const largest = Math.max(1, ...data.sites.features.map((f) => f.properties[`mw_${year}`] ?? 0))
    map.setPaintProperty("sites", "circle-radius", ["case", [">", mw, 0], ["+", 4, ["*", reach, ["sqrt", ["/", mw, largest]]]], 4])
    map.setLayoutProperty("sites", "circle-sort-key", ["-", 0, mw])
    map.setPaintProperty("sites", "circle-color", ["case", [">", mw, 0], ["get", `colour_${year}`], "rgba(0,0,0,0)"])
    map.setPaintProperty("sites", "circle-opacity", 0.85)
    if (data.routes?.features.length) map.setFilter("routes", ["==", ["to-string", ["get", "stage"]], year])
  } else {
    map.setPaintProperty("sites", "circle-color", ["case", ["get", "own"], own, ["get", "use"], "#0072B2", "rgba(0,0,0,0)"])
  }
  map.setPaintProperty("sites", "circle-stroke-width", 1)
  map.setPaintProperty("sites", "circle-stroke-color", ink)
}

// The Pacific lies in the middle: sites of America are drawn a turn further east.
const east = ([lon, lat]) => [lon < -30 ? lon + 360 : lon, lat]
const frame = () => {
  const points = data.sites.features.map((f) => east(f.geometry.coordinates))
  if (!points.length) return
  const lons = points.map((p) => p[0]), lats = points.map((p) => p[1])
  const box = [[Math.min(...lons) - 1, Math.min(...lats) - 1], [Math.max(...lons) + 1, Math.max(...lats) + 1]]
  map.fitBounds(box, {padding: 30, animate: false, maxZoom: 7})
}

const words = (feature) => {
  const told = feature.properties, year = stage(), box = document.createElement("div")
  const line = (text, bold) => {
    const part = document.createElement(bold ? "b" : "div")
    part.textContent = text
    box.append(part)
  }
  line(`${told.name} (${told.site})`, true)
  const mw = told[`mw_${year}`]
  if (year) line((mw > 0 ? place.dataset.some : place.dataset.nothing).replace("{mw}", Math.round(mw).toLocaleString()).replace("{year}", year))
  line(year ? told[`words_${year}`] ?? "" : told.kind ?? "")
  return box
}

map.on("load", () => {
  frame()
  paint()
  const popup = new maplibre.Popup({closeButton: false, closeOnClick: false})
  map.on("mousemove", "sites", (event) => {
    map.getCanvas().style.cursor = "pointer"
    popup.setLngLat(event.lngLat).setDOMContent(words(event.features[0])).addTo(map)
  })
  map.on("mouseleave", "sites", () => {
    map.getCanvas().style.cursor = ""
    popup.remove()
  })
  map.on("click", "sites", (event) => {
    if (!place.dataset.site) return
    const path = place.dataset.site.replace("SITE", encodeURIComponent(event.features[0].properties.site))
    window.htmx.ajax("GET", `${path}?stage=${stage()}`, "#site")
  })
  map.once("idle", () => place.dataset.drawn = "yes")
})
const stages = [...document.querySelectorAll("input[name=stage]")]
stages.forEach((input) => input.addEventListener("change", paint))
document.getElementById("globe")?.addEventListener("change", (event) => {
  map.setProjection({type: event.target.checked ? "globe" : "mercator"})
})

// Every year after the other, from the first.
const BEAT = 1200
document.getElementById("play")?.addEventListener("click", (event) => {
  event.target.disabled = true
  stages.forEach((input, i) => setTimeout(() => {
    input.checked = true
    paint()
    if (i === stages.length - 1) event.target.disabled = false
  }, i * BEAT))
})
