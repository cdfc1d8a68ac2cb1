"""Labels that do not cover one another: greedy placement on a grid of positions around each point."""

from __future__ import annotations

from dataclasses import dataclass

SPOTS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


@dataclass(frozen=True)
class Placed:
    """Where a label goes: the corner x, y of its box and the alignment that puts the text there."""

    index: int
    x: float
    y: float


def place(
    points: list[tuple[float, float]],
    radii: list[float],
    sizes: list[tuple[float, float]],
    frame: tuple[float, float, float, float],
    gap: float,
) -> list[Placed]:
    """Boxes (lower left corner) for labels of `sizes` beside points of `radii`, the first point first.

    A box stays inside `frame` (x0, y0, x1, y1) and covers no circle and no earlier box; a label that finds no room is left out.
    All lengths are in one unit.
    """
    circles = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(points, radii, strict=True)]
    taken: list[tuple[float, float, float, float]] = []
    placed: list[Placed] = []
    for index, ((x, y), r, (width, height)) in enumerate(zip(points, radii, sizes, strict=True)):
        for dx, dy in SPOTS:
            reach = (r + gap) * (0.75 if dx and dy else 1.0)
            left = x + dx * reach - (0 if dx > 0 else width if dx < 0 else width / 2)
            low = y + dy * reach - (0 if dy > 0 else height if dy < 0 else height / 2)
            box = (left, low, left + width, low + height)
            inside = box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
            others = [circle for other, circle in enumerate(circles) if other != index]
            if inside and not any(_overlap(box, item) for item in taken + others):
                taken.append(box)
                placed.append(Placed(index, left, low))
                break
    return placed


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
