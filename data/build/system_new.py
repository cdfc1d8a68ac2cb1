"""Writes `data/system/new_plants.csv`: how fast sun, wind and batteries are being built in each zone, from dated builds and what stands.

In the US the mean of the builds planned for 2025 and 2026 (EIA-860M), the last years that the list covers, from the year after on.
Korea's and Japan's lists hold no dated sun, wind or batteries, so a country's pace (general knowledge) is shared by what stood in 2024,
and goes on from there. A zone that builds nothing now may begin at a floor. Batteries may stand anywhere and come from the same makers: a
zone's pace is its own, or its share by load of the country's if that is more.
"""

from __future__ import annotations

import pandas as pd

from planner.base.constants import DATA

KNOWN = {("US", "solar"): ["solar"], ("US", "wind"): ["wind", "wind_off"]}
PACE_GW = {("KR", "solar"): 3.0, ("KR", "wind"): 0.5, ("JP", "solar"): 5.0, ("JP", "wind"): 0.7}
BATTERIES_GW = {"KR": 0.7, "JP": 1.2}
FLOOR_GW = 0.1
EIA, OURS = "A: EIA public domain", "A-: cited facts; own planning assumption"
YEARS = (2025, 2026)
FLEET_OF = 2024  # year of the standing fleet
LIST = "dated builds of 2025 and 2026 in additions.csv (EIA-860M), mean of both years, at least 0.1 GW; held for all years (assumed)"
ANYWHERE = (
    "dated batteries of 2025 and 2026 in additions.csv (EIA-860M), mean of both years: the zone's own or, where that is more, its share by"
    " load of the country's {:.1f} GW; held for all years (assumed)"
)
AWARDS = (
    "batteries awarded in the country a year (Korea's central contracts, Japan's capacity auctions), from general knowledge, verify; by the"
    " zone's share of the country's load"
)
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
                source, licence, kind = LIST, EIA, "modelled"
            else:
                same = fleet[(fleet["plant"] == plant) & fleet["zone"].str.startswith(zone.country)]
                share = same[same["zone"] == zone.zone]["mw_2024"].sum() / same["mw_2024"].sum()
                gw = PACE_GW[zone.country, plant] * share
                source, licence, kind = SHARE, OURS, "assumed"
            found.append(_row(zone.zone, plant, max(gw, FLOOR_GW), source, licence, kind))
    return pd.DataFrame([*found, *_batteries(zones, additions)])


def _batteries(zones: pd.DataFrame, additions: pd.DataFrame) -> list[dict[str, object]]:
    """A row per zone."""
    load = pd.read_parquet(DATA / "system" / "load_hourly.parquet").mean().reindex(zones["zone"])
    share = load / load.groupby(zones.set_index("zone")["country"]).transform("sum")
    dated = additions[(additions["plant"] == "battery") & additions["year"].isin(YEARS)]
    own = dated.groupby("zone")["mw"].sum() * 1e-3 / len(YEARS)
    found = []
    for zone in zones.itertuples():
        if zone.country in BATTERIES_GW:
            gw, source = BATTERIES_GW[zone.country] * share[zone.zone], AWARDS
            licence, kind = OURS, "assumed"
        else:
            gw, source = max(own.sum() * share[zone.zone], own.get(zone.zone, 0.0)), ANYWHERE.format(own.sum())
            licence, kind = EIA, "modelled"
        found.append(_row(zone.zone, "battery", gw, source, licence, kind))
    return found


def _row(zone: str, plant: str, gw: float, source: str, licence: str, kind: str) -> dict[str, object]:
    gw = round(gw, 3)
    first = (YEARS[-1] if zone.startswith("US") else FLEET_OF) + 1
    figures = {"first_year": first, "gw_per_year": gw, "low": round(gw / 2, 3), "high": round(gw * 2, 3)}
    return {"zone": zone, "plant": plant, **figures, "source": source, "licence": licence, "kind": kind}


if __name__ == "__main__":
    rows().to_csv(DATA / "system" / "new_plants.csv", index=False)
