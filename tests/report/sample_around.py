"""What lies around the sites of the made-up plan: gas and its routes, markets, zones of the power system."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

T_LNG_PER_TBTU = 1 / 51.7  # million t per TBtu
SUPPLY = {  # export terminal, route, import terminal: where a country's gas comes from
    "KR": [
        ("Sabine Pass LNG Terminal", "panama", "Pyeongtaek LNG Terminal", 0.7),
        ("Corpus Christi LNG Terminal", "cape", "Ulsan LNG Terminal", 0.3),
    ],
    "JP": [
        ("Freeport LNG Terminal", "panama", "Tokyo Bay (Futtsu)", 0.6),
        ("Cameron LNG Terminal", "panama", "Kawagoe LNG Terminal", 0.4),
    ],
}


def gas(rows: dict[str, list[dict[str, Any]]], country: str, stage: int, tbtu: float) -> None:
    if country == "US":
        rows["lng"].append(
            {"stage": stage, "kind": "pipeline", "export": "", "route": "", "terminal": "US-TEX", "country": "US",
             "tbtu": tbtu, "mt": 0.0, "price_usd_per_mmbtu": 4.1, "market_usd_per_mmbtu": 3.6}
        )  # fmt: skip
        return
    for export, route, terminal, share in SUPPLY[country]:
        rows["lng"].append(
            {"stage": stage, "kind": "contract", "export": export, "route": route, "terminal": terminal, "country": country,
             "tbtu": tbtu * share, "mt": tbtu * share * T_LNG_PER_TBTU, "price_usd_per_mmbtu": 9.3 if route == "panama" else 10.1,
             "market_usd_per_mmbtu": 4.6}
        )  # fmt: skip


def markets(rows: dict[str, list[dict[str, Any]]], stages: tuple[int, ...]) -> None:
    for order, stage in enumerate(stages):
        for market, place, used, allowed, resold, premium, unit, worth, of in (
            ("gas", "US", 3.8 + order, np.nan, np.nan, np.nan, "Bcf/d", 0.5, "USD/MMBtu"),
            (
                "machine slots",
                "aero <turbines>",
                5.75 + order,
                5.0 + order,
                0.75,
                0.35,
                "GW since 2026",
                779.0,
                "USD/kW-year",
            ),
        ):
            rows["markets"].append(
                {"market": market, "place": place, "country": "US", "stage": stage, "used": used, "allowed": allowed,
                 "resold": resold, "resold_premium": premium, "unit": unit, "worth": worth, "worth_unit": of}
            )  # fmt: skip


ZONES = (  # zone, name, country, place, native GW, what campuses buy, price without, what it rises by
    ("KR-CAP", "Capital <area>", "KR", (37.34, 126.89), 30.0, 0.0, 98.0, 0.4),
    ("KR-REG", "Rest of Korea", "KR", (36.15, 127.95), 42.0, 1.5, 95.0, -0.7),
    ("US-NY", "New York", "US", (np.nan, np.nan), 18.0, 0.0, 34.0, 0.0),
)
FEEDS = {"coal": 0.3, "gas_cc": 0.4, "nuclear": 0.2, "hydro": 0.1}


def zones(
    rows: dict[str, list[dict[str, Any]]], stages: tuple[int, ...], time: pd.DatetimeIndex, weight: float
) -> None:
    """Three zones, of which one sells to campuses and one has no place; a link between two of them."""
    for order, stage in enumerate(stages):
        for zone, name, country, (lat, lon), native, bought, price, rise in ZONES:
            keys, more = {"zone": zone, "country": country, "stage": stage}, rise * order
            own = bought * order
            rows["zones"].append(
                keys
                | {
                    "name": name, "lat": lat, "lon": lon, "utc_offset_h": 9.0 if country == "KR" else -5.0,
                    "native_twh": native * 8.76, "ai_twh": own * 8.76, "ai_peak_mw": own * 1e3,
                    "price_usd_per_mwh": price + more, "price_without_usd_per_mwh": price,
                    "capacity_price_usd_per_kw_year": 60.0, "capacity_price_without_usd_per_kw_year": 55.0,
                    "hours_short": 4.0 * order, "hours_short_without": 1.0, "unserved_gwh": 0.2 * order, "reserve_short_mw": 0.0,
                    "co2_mt": 80.0 + own, "co2_mt_without": 80.0, "co2_average_kg_per_mwh": 420.0,
                    "co2_average_without_kg_per_mwh": 418.0, "co2_incremental_kg_per_mwh": 510.0 if order and country == "KR" else np.nan,
                    "others_bill_musd": more * native * 8.76 + 5.0 * order,
                }
            )  # fmt: skip
            total = native + own
            rows["zone_generation"] += [
                keys
                | {"source": source, "energy_gwh": share * total * 8760, "energy_without_gwh": share * native * 8760}
                for source, share in FEEDS.items()
            ] + [
                keys
                | {"source": "imports", "energy_gwh": 900.0 - 1800.0 * (zone == "KR-REG"), "energy_without_gwh": -100.0}
            ]
            rows["zone_capacity"].append(
                keys
                | {"plant": "gas_cc_f", "standing_mw": 0.0, "new_mw": 700.0 * order, "new_without_mw": 200.0 * order}
            )
            hours = {"native": native, "campuses": own, "price": price + more, "price_without": price}
            for item, value in (hours | {source: share * total for source, share in FEEDS.items()}).items():
                if order and country == "KR":
                    scaled = value if item.startswith("price") else 1e3 * value
                    rows["zone_hours"] += [
                        keys | {"time_utc": at, "weight": weight, "item": item, "value": scaled} for at in time
                    ]
        rows["links"].append(
            {"from_zone": "KR-REG", "to_zone": "KR-CAP", "stage": stage, "forward_mw": 14_000.0, "back_mw": 14_000.0,
             "forward_gwh": 61_000.0, "back_gwh": 40.0, "net_without_gwh": 60_500.0, "hours_full": 2400.0 + order,
             "hours_full_without": 2100.0, "new_mw": 750.0 * order, "new_without_mw": 500.0 * order, "new_musd": 54.0 * order,
             "new_without_musd": 36.0 * order}
        )  # fmt: skip
