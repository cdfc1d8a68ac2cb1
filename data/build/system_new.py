"""Writes `data/system/new_plants.csv`: how fast sun and wind are being built in each zone, from the dated builds and the standing fleet.

In the US the mean of the builds planned for 2025 and 2026 (EIA-860M), the last years that the list covers. Korea's and Japan's lists hold
no dated sun, so a country's pace (general knowledge) is shared by what stands. A zone that builds nothing now may begin at a floor.
"""

from __future__ import annotations

import pandas as pd

from planner.base.constants import DATA

KNOWN = {("US", "solar"): ["solar"], ("US", "wind"): ["wind", "wind_off"]}
PACE_GW = {("KR", "solar"): 3.0, ("KR", "wind"): 0.5, ("JP", "solar"): 5.0, ("JP", "wind"): 0.7}
FLOOR_GW = 0.1
YEARS = (2025, 2026)
LIST = "dated builds of 2025 and 2026 in additions.csv (EIA-860M), mean of both years, at least 0.1 GW; held for all years (assumed)"
SHARE = "builds of the country a year, from general knowledge, verify; by the zone's share of the standing fleet"


def rows() -> pd.DataFrame:
    """A row per zone and kind of plant."""
    folder = DATA / "system"
    zones, fleet, additions = (pd.read_csv(folder / f"{name}.csv") for name in ("zones", "fleet", "additions"))
    found = []
    for zone in zones.itertuples():
        for plant in ("solar", "wind"):
            kinds = KNOWN.get((zone.country, plant))
            if kinds is not None:
                own = additions[(additions["zone"] == zone.zone) & additions["plant"].isin(kinds)]
                gw = own[own["year"].isin(YEARS)]["mw"].sum() * 1e-3 / len(YEARS)
                source, licence, kind = LIST, "A: EIA public domain", "modelled"
            else:
                same = fleet[(fleet["plant"] == plant) & fleet["zone"].str.startswith(zone.country)]
                share = same[same["zone"] == zone.zone]["mw_2024"].sum() / same["mw_2024"].sum()
                gw = PACE_GW[zone.country, plant] * share
                source, licence, kind = SHARE, "A-: cited facts; own planning assumption", "assumed"
            gw = round(max(gw, FLOOR_GW), 3)
            figures = {"gw_per_year": gw, "low": round(gw / 2, 3), "high": round(gw * 2, 3)}
            found.append(
                {"zone": zone.zone, "plant": plant, **figures, "source": source, "licence": licence, "kind": kind}
            )
    return pd.DataFrame(found)


if __name__ == "__main__":
    rows().to_csv(DATA / "system" / "new_plants.csv", index=False)
