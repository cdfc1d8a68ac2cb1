"""Writes `data/system/new_links.csv`: what a kW more between two zones costs, from when, and how much may come.

    python data/build/system_links.py REEDS         a checkout of ReEDS (its commit is named in the rows)

Published projects stand as they were told. In the US the other pairs are modelled as ReEDS does: a 500 kV DC bipole of 2 GW along the
least-cost routes between the units of both zones, at least 1.3 times the straight line, and a converter at each end. In Japan and Korea
they lean on the project that is most like them. A published cost is of all that was told, divided by what it carries.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shared import DATA, local_to_usd2023, source_folder, to_2023, write_csv

from planner.costs.distance import great_circle_km

KM = 1.609344  # per mile
BIPOLE_MW, WINDING = 2000.0, 1.3  # conductor_dc.csv; GSw_TransSquigglinessMin, after the MISO cost guide
VSC, LCC = 195.0, 150.0  # USD of 2024 per kW of one converter (scalars.csv)
LIFE, UPKEEP = 40, 0.015  # scalars.csv: trans_crp, trans_fom_frac
REEDS = (
    "ReEDS @4af67ff: 500 kV DC bipole of 2 GW over the routes of {n} pair(s) of units (transmission_cost_distance.csv), "
    "two VSC converters"
)
ENDS = "; low: the shortest route with LCC converters; high: the dearest, or half more, as published projects are"
BEGIN = "; from 2034: eight years of planning and building (ReEDS, after MISO LRTP); size and pace assumed"
SOON = "; pace assumed"
BSD, CITED = "A: BSD-3-Clause", "A-: cited facts"

# from, to, km, currency, year of the money, per kW: central, low, high, first year, MW then, MW a year after, source, kind
TOLD = [
    ("US-ERC", "US-MISS", 515, "USD", 2024, 2600 / 3, 2600 / 3, 1300, 2030, 3000, 0,
     "Southern Spirit: 320 miles, 3,000 MW, 2.6 B USD, 2029 (S&P Global 2024-02; Dallas Morning News 2024-10-03); high: half"
     " more", "published"),
    ("US-NW", "US-SPP", 668, "USD", 2023, 3200 / 3, 3200 / 3, 1200, 2032, 3000, 0,
     "North Plains Connector: 415 miles, 3,000 MW, 3.2 B USD, 2032 (northplainsconnector.com); high: 3.6 B USD (Governor of "
     "North Dakota 2024-08-06)", "published"),
    ("US-SPP", "US-PJMW", 1287, "USD", 2023, 1400, 1000, 2200, 2031, 5000, 0,
     "Grain Belt Express: 800 miles, 5,000 MW, 7 B USD (Canary Media 2023-10); low 5, high 11 B USD and the year from "
     "general knowledge, verify", "published"),
    ("JP-HKD", "JP-TH", 0, "JPY", 2019, 426700, 322500, 530800, 2035, 600, 60,
     "OCCTO: +600 MW for 193.5 B JPY without and 318.5 with works on land (SankeiBiz 2019-03-28), middle of both; year "
     "assumed", "published"),
    ("JP-HKD", "JP-TK", 800, "JPY", 2024, 825000, 750000, 900000, 2038, 2000, 400,
     "Japan Sea DC: 2 GW, 1.5 to 1.8 T JPY (Japan Energy Hub 2025-02-21; NHK 2024-03-25); beyond the first 2 GW, up to 8 "
     "(Yomiuri 2022-07-14); length and year assumed", "published"),
    ("JP-TH", "JP-TK", 0, "JPY", 2017, 33600, 33600, 67200, 2035, 4550, 450,
     "OCCTO: +4.55 GW for 153 B JPY (newenergy-news 2017-02); beyond it at the same cost, high twice; year assumed", "published"),
    ("JP-TK", "JP-CB", 0, "JPY", 2022, 153700, 148100, 159300, 2035, 2700, 270,
     "OCCTO master plan: converters +2.7 GW for 400 to 430 B JPY (ITmedia 2022-11-28); year assumed", "published"),
    ("JP-CG", "JP-KY", 54, "JPY", 2025, 441200, 149000, 529000, 2040, 1000, 100,
     "Kanmon DC: +1 GW, 54 km, 441.2 B JPY (OCCTO via livedoor 2025-10-15), and one more after it; low: 2.8 GW of the master"
     " plan for 480 B JPY less 62 of works on land (ITmedia 2022-11-28); high: a fifth more; year assumed", "published"),
    ("KR-REG", "KR-CAP", 220, "KRW", 2025, 1400000, 987500, 1500000, 2030, 2000, 750,
     "West coast DC: Saemangeum-Seohwaseong 2 GW, 220 km, 2.8 T KRW, 2030; high: 12 T KRW for all (Asia Business Daily "
     "2025-11-25, 2025-12-24), low: 7.9 T KRW, 8 GW of all from general knowledge, verify", "published"),
]  # fmt: skip
LIKE = "; no published figure found, cost from {}, verify"
ASSUMED = [
    ("JP-CB", "JP-HR", 0, 153700, 148100, 159300, 300, 30, "back-to-back converter" + LIKE.format("the converters Tokyo-Chubu")),
    ("JP-KN", "JP-SK", 100, 441200, 149000, 529000, 1000, 100, "strait cable and converters" + LIKE.format("Kanmon DC")),
    ("JP-CG", "JP-SK", 100, 441200, 149000, 529000, 1000, 100, "strait crossing" + LIKE.format("Kanmon DC")),
    ("JP-CB", "JP-KN", 0, 33600, 33600, 67200, 2000, 200, "500 kV line" + LIKE.format("Tohoku-Tokyo")),
    ("JP-HR", "JP-KN", 0, 33600, 33600, 67200, 1000, 100, "500 kV line" + LIKE.format("Tohoku-Tokyo")),
    ("JP-KN", "JP-CG", 0, 33600, 33600, 67200, 2000, 200, "500 kV line" + LIKE.format("Tohoku-Tokyo")),
]  # fmt: skip


def routes(reeds: Path) -> pd.DataFrame:
    """DC routes between units of different zones: both zones, km, and USD of 2024 per kW of line, no straighter than WINDING allows."""
    units = pd.read_csv(reeds / "inputs/zones/z134/zonehash.csv").set_index("md5")
    found = pd.read_csv(reeds / "inputs/transmission/transmission_cost_distance.csv")
    found = found[(found["polarity"] == "dc") & found["start"].isin(units.index) & found["end"].isin(units.index)]
    zones = pd.read_csv(DATA / "system" / "zones.csv")
    home = {
        unit: zone
        for zone, members in zip(zones["zone"], zones["members"], strict=True)
        for unit in members.partition("ReEDS z134 ")[2].split()
    }
    start, end = (units.loc[found[way]].reset_index() for way in ("start", "end"))
    straight = np.array(
        [
            great_circle_km(*ends)
            for ends in zip(start["node_lat"], start["node_lon"], end["node_lat"], end["node_lon"], strict=True)
        ]
    )
    km = found["length_miles"].to_numpy() * KM
    longer = np.maximum(WINDING * straight / km, 1.0)
    return pd.DataFrame(
        {
            "a": start["r"].map(home),
            "b": end["r"].map(home),
            "km": km * longer,
            "usd_per_kw": found["cost_MUSD"].to_numpy() * 1e3 / BIPOLE_MW * longer,
        }
    )


def modelled(reeds: Path, told: set[frozenset[str]]) -> list[dict[str, object]]:
    """A row for every pair of US zones with a link today that no project was told of."""
    known, rows = routes(reeds), list[dict[str, object]]()
    links = pd.read_csv(DATA / "system" / "links.csv")
    for a, b in dict.fromkeys(zip(links["from_zone"], links["to_zone"], strict=True)):
        own = known[[{x, y} == {a, b} for x, y in zip(known["a"], known["b"], strict=True)]]
        if not a.startswith("US-") or frozenset((a, b)) in told:
            continue
        money, line = to_2023(2024), own["usd_per_kw"]
        central = line.mean() + 2 * VSC
        high = max(line.max() + 2 * VSC, 1.5 * central)
        rows.append(
            row(a, b, own["km"].mean(), central * money, (line.min() + 2 * LCC) * money, high * money, 2034, 2000, 500)
            | {"source": REEDS.format(n=len(own)) + ENDS + BEGIN, "licence": BSD, "kind": "modelled"}
        )
    return rows


def row(
    a: str, b: str, km: float, usd: float, low: float, high: float, year: int, first_mw: float, mw_per_year: float
) -> dict[str, object]:
    """The figures of a row; a length that nobody told is empty."""
    return {
        "from_zone": a,
        "to_zone": b,
        "length_km": round(km) or None,
        "usd_per_kw": round(usd),
        "low": round(low),
        "high": round(high),
        "first_year": year,
        "first_mw": first_mw,
        "mw_per_year": mw_per_year,
        "lifetime_years": LIFE,
        "om_share": UPKEEP,
    }


def published() -> list[dict[str, object]]:
    """Projects that were told, and Japan's pairs that lean on them."""
    rows = list[dict[str, object]]()
    for a, b, km, currency, year, *costs, first_year, first_mw, mw_per_year, source, kind in TOLD:
        usd = [c * to_2023(year) if currency == "USD" else local_to_usd2023(c, currency, year) for c in costs]
        rows.append(
            row(a, b, km, *usd, first_year, first_mw, mw_per_year)
            | {"source": source + SOON, "licence": CITED, "kind": kind}
        )
    for a, b, km, *costs, first_mw, mw_per_year, source in ASSUMED:
        usd = [local_to_usd2023(c, "JPY", 2022) for c in costs]
        rows.append(
            row(a, b, km, *usd, 2035, first_mw, mw_per_year)
            | {"source": source + "; year, size and pace assumed", "licence": CITED, "kind": "assumed"}
        )
    return rows


if __name__ == "__main__":
    own = published()
    told = {frozenset((str(r["from_zone"]), str(r["to_zone"]))) for r in own}
    write_csv(pd.DataFrame([*modelled(source_folder(), told), *own]), "system/new_links.csv")
