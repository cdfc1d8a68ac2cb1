"""Small zones to work out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.grid.storage import Store
from planner.grid.zone import Bands, ZoneYear


def zone(
    load_mw: Sequence[float] | np.ndarray,
    capacity_mw: Sequence[float],
    cost: Sequence[float],
    *,
    name: str = "A",
    least: float | Sequence[float] = 0.0,
    limit: float | Sequence[float] = 1.0,
    co2: float = 0.0,
    hydro_mwh: Sequence[float] = (),
    hydro_mw: float = 0.0,
    stores: tuple[Store, ...] = (),
    free_mw: Sequence[float] | np.ndarray | None = None,
) -> ZoneYear:
    """A zone whose plants can always run; costs USD/MWh, `least` and `limit` as shares of MW."""
    load, capacity = np.asarray(load_mw, float), np.asarray(capacity_mw, float)
    n = len(capacity)
    bands = Bands(
        plant=("gas_cc",) * n,
        fuel=("gas",) * n,
        capacity_mw=capacity,
        cost_usd_per_mwh=np.asarray(cost, float),
        co2_kg_per_mwh=np.full(n, co2),
        availability=np.ones(n),
        scheduled_outage=np.zeros(n),
        most_yearly_share=np.broadcast_to(np.asarray(limit, float), n),
        least_share=np.broadcast_to(np.asarray(least, float), n),
        heat_rate_mmbtu_per_mwh=np.full(n, 7.0),
    )
    return ZoneYear(
        zone=name,
        country="US",
        market=name,
        load_mw=load,
        must_take_mw={} if free_mw is None else {"solar": np.asarray(free_mw, float)},
        must_take_co2_kg_per_mwh={"solar": 0.0},
        bands=bands,
        available_mw=capacity[:, None] * np.ones((1, len(load))),
        hydro_mwh=np.asarray(hydro_mwh, float) if len(hydro_mwh) else np.zeros(len(load) // 24),
        hydro_most_mw=hydro_mw,
        stores=stores,
        reserve_margin=0.15,
    )
