"""The small pictures of a card as SVG, without scripts and without styles: where a run builds, and what feeds it."""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path

from markupsafe import Markup

from planner.words.style import Family

LAND = Path(__file__).parents[1] / "report" / "assets" / "land_110m.geojson"
GREY, BLUE = "#8a919c", "#0072B2"
Ring = list[tuple[float, float]]


def mix_bar(mix: list[tuple[Family, float]], width: int = 240, height: int = 12) -> Markup:
    """Shares as one bar; the words stand in its title."""
    words = ", ".join(f"{item.label} {100 * share:.0f} %" for item, share in mix if share >= 0.005)
    parts, x = [], 0.0
    for item, share in mix:
        parts.append(
            f'<rect x="{x:.1f}" y="0" width="{max(0.0, share * width):.1f}" height="{height}" fill="{item.colour}"/>'
        )
        x += share * width
    head = Markup(
        '<svg viewBox="0 0 {} {}" class="mix" role="img" aria-label="{}" preserveAspectRatio="none"><title>{}</title>'
    )
    return head.format(width, height, words, words) + Markup("".join(parts) + "</svg>")


def small_map(sites_csv: Path) -> str:
    """The sites of the last stage as an SVG file for a card: land, and a disc by size for each campus."""
    with sites_csv.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    last = max((int(row["stage"]) for row in rows), default=0)
    places = []
    for row in rows:
        if int(row["stage"]) == last:
            lon = float(row["lon"])
            places.append((lon + 360 * (lon < -30), float(row["lat"]), float(row["facility_mw"] or 0)))
    if not places:
        return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"/>'
    west, east = min(p[0] for p in places) - 4, max(p[0] for p in places) + 4
    south, north = min(p[1] for p in places) - 3, max(p[1] for p in places) + 3
    wide = max(east - west, 1.5 * (north - south), 8.0)
    x0, y0, tall = (west + east - wide) / 2, (south + north) / 2 + wide / 3, wide / 1.5
    shapes = []
    for ring in _land():
        for turn in (0, 360):
            moved = [(lon + turn - x0, y0 - lat) for lon, lat in ring]
            if (
                max(x for x, _ in moved) > 0
                and min(x for x, _ in moved) < wide
                and max(y for _, y in moved) > 0
                and min(y for _, y in moved) < tall
            ):
                shapes.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in _thin(moved, wide / 150)) + "Z")
    largest = max(mw for *_, mw in places) or 1.0
    discs = []
    for lon, lat, mw in sorted(places, key=lambda place: -place[2]):
        size = wide / 22 * math.sqrt(mw / largest) if mw > 0 else wide / 150
        colour, opacity = (BLUE, 0.75) if mw > 0 else (GREY, 0.6)
        discs.append(
            f'<circle cx="{lon - x0:.2f}" cy="{y0 - lat:.2f}" r="{size:.2f}" fill="{colour}" fill-opacity="{opacity}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.2f} {tall:.2f}">'
        f'<path d="{"".join(shapes)}" fill="{GREY}" fill-opacity="0.35"/>{"".join(discs)}</svg>'
    )


@cache
def _land() -> list[Ring]:
    """Outer rings of the world's land, degrees."""
    features = json.loads(LAND.read_text("utf-8"))["features"]
    return [
        [(lon, lat) for lon, lat, *_ in feature["geometry"]["coordinates"][0]]
        for feature in features
        if feature["geometry"]["type"] == "Polygon"
    ]


def _thin(ring: Ring, least: float) -> Ring:
    """Points at least so far apart."""
    kept = [ring[0]]
    for point in ring:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= least:
            kept.append(point)
    return kept
