"""Where a ship goes, for drawing: the shortest path over a coarse graph of sea lanes, its legs great circles.

Only pictures use it. The distances that the plan pays for stand in the table of LNG routes.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from planner.base.arrays import Array

GEOD = Geod(ellps="WGS84")
LEG_KM = 300.0  # length of the straight pieces of a drawn great circle

NODES: dict[str, tuple[float, float]] = {  # longitude, latitude
    "gulf": (-90.5, 27.0),
    "yucatan": (-85.6, 21.9),
    "florida": (-81.0, 24.1),
    "bahamas": (-79.4, 27.5),
    "savannah": (-79.6, 31.6),
    "hatteras": (-74.8, 35.2),
    "mona": (-67.8, 18.3),
    "colon": (-79.9, 9.6),
    "balboa": (-79.5, 8.7),
    "panama bay": (-80.2, 6.9),
    "baja": (-111.5, 22.0),
    "sao roque": (-33.0, -6.0),
    "good hope": (18.0, -36.0),
    "agulhas": (28.0, -35.5),
    "sunda": (104.5, -6.6),
    "karimata": (107.8, -3.5),
    "natuna": (108.8, 3.5),
    "gibraltar": (-6.0, 35.9),
    "sicily": (11.5, 37.6),
    "port said": (32.4, 31.6),
    "suez": (32.7, 29.6),
    "bab el mandeb": (43.3, 12.5),
    "socotra": (52.0, 12.8),
    "dondra": (80.5, 5.5),
    "malacca north": (96.5, 6.2),
    "singapore": (104.2, 1.3),
    "luzon": (120.6, 20.9),
    "east china": (124.5, 28.5),
    "osumi": (130.9, 30.5),
    "jeju": (125.2, 33.0),
    "yellow": (125.7, 36.6),
    "namhae": (127.9, 34.0),
    "tsushima": (129.6, 34.8),
    "genkai": (130.5, 34.2),
    "ulsan": (129.9, 35.5),
    "samcheok": (130.0, 37.3),
    "joetsu": (137.4, 37.7),
    "niigata": (138.7, 38.4),
    "tsugaru west": (139.8, 41.2),
    "tsugaru east": (141.9, 41.6),
    "ishikari": (140.6, 43.4),
    "sanriku": (142.4, 38.6),
    "boso": (140.6, 34.6),
    "tokyo bay": (139.75, 35.1),
    "ise": (137.1, 34.4),
    "kii": (134.9, 33.6),
    "osaka bay": (135.1, 34.3),
}
EDGES: tuple[tuple[str, str, str], ...] = (  # from, to, passage that the leg belongs to
    ("gulf", "yucatan", ""),
    ("gulf", "florida", ""),
    ("yucatan", "colon", ""),
    ("florida", "bahamas", ""),
    ("bahamas", "savannah", ""),
    ("savannah", "hatteras", ""),
    ("hatteras", "mona", ""),
    ("mona", "colon", ""),
    ("colon", "balboa", "panama"),
    ("balboa", "panama bay", ""),
    ("panama bay", "baja", ""),
    ("baja", "boso", ""),
    ("baja", "osumi", ""),
    ("baja", "sanriku", ""),
    ("baja", "tsugaru east", ""),
    ("bahamas", "sao roque", ""),
    ("hatteras", "sao roque", ""),
    ("sao roque", "good hope", "cape"),
    ("good hope", "agulhas", "cape"),
    ("agulhas", "sunda", "cape"),
    ("sunda", "karimata", ""),
    ("karimata", "natuna", ""),
    ("bahamas", "gibraltar", ""),
    ("hatteras", "gibraltar", ""),
    ("gibraltar", "sicily", ""),
    ("sicily", "port said", ""),
    ("port said", "suez", "suez"),
    ("suez", "bab el mandeb", ""),
    ("bab el mandeb", "socotra", ""),
    ("socotra", "dondra", ""),
    ("dondra", "malacca north", ""),
    ("malacca north", "singapore", ""),
    ("singapore", "natuna", ""),
    ("natuna", "luzon", ""),
    ("luzon", "east china", ""),
    ("luzon", "osumi", ""),
    ("east china", "jeju", ""),
    ("east china", "osumi", ""),
    ("osumi", "jeju", ""),
    ("jeju", "yellow", ""),
    ("jeju", "namhae", ""),
    ("namhae", "tsushima", ""),
    ("tsushima", "genkai", ""),
    ("tsushima", "ulsan", ""),
    ("ulsan", "samcheok", ""),
    ("samcheok", "joetsu", ""),
    ("samcheok", "tsugaru west", ""),
    ("joetsu", "niigata", ""),
    ("niigata", "tsugaru west", ""),
    ("tsugaru west", "tsugaru east", ""),
    ("tsugaru west", "ishikari", ""),
    ("tsugaru east", "sanriku", ""),
    ("sanriku", "boso", ""),
    ("boso", "tokyo bay", ""),
    ("boso", "ise", ""),
    ("ise", "kii", ""),
    ("boso", "kii", ""),
    ("kii", "osumi", ""),
    ("kii", "osaka bay", ""),
)
PASSAGES = frozenset(passage for _, _, passage in EDGES if passage)


def waypoints(start: tuple[float, float], end: tuple[float, float], route: str) -> Array:
    """Longitudes and latitudes (n x 2, degrees) where the drawn path from `start` to `end` turns, ends included.

    `route` names the passage to take (panama, cape or suez); any other word takes the shortest way.
    """
    names = list(NODES)
    points = np.array([*NODES.values(), start, end])
    closed = PASSAGES - {route} if route in PASSAGES else frozenset()
    pairs = [(names.index(a), names.index(b)) for a, b, passage in EDGES if passage not in closed]
    for index in (len(names), len(names) + 1):
        pairs.append((index, int(np.argmin(_distances(points[index], points[: len(names)])))))
    rows, columns = np.array(pairs).T
    ends = np.hstack([points[rows], points[columns]]).T
    length = np.asarray(GEOD.inv(*ends)[2])
    graph = csr_array((length, (rows, columns)), shape=(len(points), len(points)))
    _, before = dijkstra(graph, directed=False, indices=len(names), return_predecessors=True)
    path = [len(names) + 1]
    while path[-1] != len(names):
        path.append(int(before[path[-1]]))
    return np.asarray(points[path[::-1]])


def great_circle(points: Array) -> Array:
    """The points (longitude, latitude) joined by great circles in pieces of at most LEG_KM, longitudes unwrapped."""
    pieces = [points[:1]]
    for (lon0, lat0), (lon1, lat1) in pairwise(points):
        count = int(GEOD.inv(lon0, lat0, lon1, lat1)[2] / 1000 // LEG_KM)
        between = GEOD.npts(lon0, lat0, lon1, lat1, count) if count else []
        pieces.append(np.array([*between, (lon1, lat1)]))
    line = np.vstack(pieces)
    line[:, 0] = np.rad2deg(np.unwrap(np.deg2rad(line[:, 0])))
    return line


def _distances(point: Array, others: Array) -> Array:
    """Great-circle metres from one point to many."""
    count = len(others)
    return np.asarray(GEOD.inv(np.full(count, point[0]), np.full(count, point[1]), others[:, 0], others[:, 1])[2])
