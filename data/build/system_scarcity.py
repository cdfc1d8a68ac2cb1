"""Build data/system/scarcity.csv: steps of four US markets fitted on the odd days of 2024, of Japan's on two fiscal years.

Run: python data/build/system_scarcity.py SOURCE_FOLDER (after system_measured.py). The even days, and Tokyo's 2024, are left
to check the steps with.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shared import DATA, local_to_usd2023, source_folder, to_2023, write_csv

from planner.catalog.system import power_system
from planner.grid.assemble import system_year
from planner.grid.dispatch import ZoneHours, dispatch, reserve_share
from planner.grid.scarcity import Steps, fitted

ISO = {"PJM": "US-MIDA-PJM", "US-ERC": "US-TEX-ERCO", "US-CAL": "US-CAL-CISO", "US-NY": "US-NY-NYIS"}
JP_SHARE = 0.10  # one step in Japan: the tightest tenth, whose middle is the 95th percentile
EVERY = 5
EMPTY = "market,reserve_share,adder_usd_per_mwh,source,licence,kind\nnone,0,0,none,none,assumed\n"


def us_rows(folder: Path, markets: dict[str, list[ZoneHours]]) -> list[tuple]:
    """Steps of the markets with measured hours; the others have none."""
    table = pd.read_parquet(folder / "hourly" / "us_iso_prices_2023_2024.parquet")
    table = table[(table["ts_utc"].dt.year == 2024) & (table["ts_utc"].dt.dayofyear % 2 == 1)]
    source = "fitted to the ISO's hourly prices of 2024, odd days of the year"
    rows = []
    for market, code in ISO.items():
        paid = table.loc[table["zone"].astype(str) == code, "price"].to_numpy(float) * to_2023(2024)
        steps = fitted(reserve_share(markets[market]), _price(markets[market]), paid)
        rows += [(market, r, a, source, "A-: cited facts", "modelled") for r, a in _pairs(steps)]
    return rows


def japan_rows(folder: Path, markets: dict[str, list[ZoneHours]]) -> list[tuple]:
    """One step by area: the 95th percentile of FY2023 and FY2025 over ours."""
    levels = pd.read_csv(folder / "grid" / "kr_jp_wholesale_price_levels.csv")
    rows = []
    for market, zones in markets.items():
        own = levels[levels["zone"] == market]
        p95 = [local_to_usd2023(p, "JPY", y) for p, y in zip(own["p95"], own["year"], strict=True)]
        paid = float(np.average(p95, weights=own["hours"]))
        room, price = reserve_share(zones), _price(zones)
        more = max(paid - float(np.quantile(price, 1 - JP_SHARE / 2)), 0.0)
        source = "95th percentile of JEPX in FY2023 and FY2025 (statistic of hours) less that of our stack"
        rows.append((market, float(np.quantile(room, JP_SHARE)), more, source, "A-: cited facts", "modelled"))
    return rows


def _price(zones: list[ZoneHours]) -> np.ndarray:
    """Price of a market before scarcity: the mean of its zones by load."""
    load = sum(z.load_mw for z in zones)
    return sum(z.cost_usd_per_mwh * z.load_mw for z in zones) / load


def _pairs(steps: Steps) -> list[tuple[float, float]]:
    """Steps that change anything beside the one before."""
    pairs = zip(steps.reserve_share, steps.adder_usd_per_mwh, strict=True)
    return list({round(float(a), 2): (float(r), float(a)) for r, a in reversed(list(pairs)) if abs(a) > 0.005}.values())


def main() -> None:
    folder = source_folder()
    place = DATA / "system" / "scarcity.csv"
    place.write_text(EMPTY, encoding="utf-8")  # the model without any steps
    system = power_system()
    year = system_year(system)
    rows = []
    for part in year.networks():
        found = dispatch(part, EVERY).zones.values()
        markets: dict[str, list[ZoneHours]] = {}
        for zone in found:
            markets.setdefault(zone.zone.market, []).append(zone)
        country = part.zones[0].country
        rows += us_rows(folder, markets) if country == "US" else japan_rows(folder, markets) if country == "JP" else []
    columns = ["market", "reserve_share", "adder_usd_per_mwh", "source", "licence", "kind"]
    table = pd.DataFrame(rows, columns=columns)
    table["reserve_share"] = table["reserve_share"].round(4)
    write_csv(table.assign(adder_usd_per_mwh=table["adder_usd_per_mwh"].round(2)), "system/scarcity.csv")


if __name__ == "__main__":
    main()
