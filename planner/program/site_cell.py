"""The hours of one site in one stage: a merit order with stores. Units: GW, GWh, M USD.

For annual decisions x and hours h with weights w (hours of the year that hour h stands for), a site-year is

    minimise over p, charge, discharge, level >= 0
        cost  = sum_h w_h (sum_i cost_ih p_ih + sum_k cost_k discharge_kh)                     -> x[cost_column]
        use_a = sum_h w_h sum_i use_aih p_ih                 for every account a        -> x[account column]
    subject to
        sum_i p_ih + sum_r x_r cf_rh + sum_k (discharge_kh - charge_kh) >= sum_l x_l load_lh      (what is left over is spilled)
        p_ih <= x_i available_ih
        charge_kh + discharge_kh <= x_power,  level_kh <= x_energy        for every store k; an hour may be shared between the two
        level_k,h+1 = level_kh + eta_charge charge_kh - discharge_kh / eta_discharge
        level = 0 at the start of every span, >= 0 at its end.

Only must-take supply is ever spilled, and a storage ends a span empty, as long as everything else costs something. A site-year in
which a piece is free or paid for in some hour (`paid`) says both by rows of its own, or it would draw and earn by throwing away:

        sum_i p_ih + sum_k (discharge_kh - charge_kh) <= sum_l x_l load_lh,       level = 0 at the end of every span.

`x[cost_column]` and the account columns are bounded below by these sums (the annual model prices them, never rewards them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.program import site_kept
from planner.program.cell import Cell, Dispatch, Part, Size
from planner.program.entries import Entries
from planner.program.site_cut import cut, piece_prices
from planner.program.site_parts import Piece, Profile, Store, steady_supplies


@dataclass(frozen=True)
class SiteHours:
    """A site-year's dispatch by its parts: GW by piece and by store, GWh in the stores at the hour's end, (parts, hours)."""

    supply: Array
    charge: Array
    discharge: Array
    level: Array


@dataclass(frozen=True, eq=False)
class SiteYear(Cell):
    """See the module. Hours run in the order given; `hours[i]` is the timeline's index of hour i."""

    name: str
    hours: NDArray[np.int64]
    weights: Array
    spans: tuple[tuple[int, int], ...]
    loads: tuple[Profile, ...]
    must_take: tuple[Profile, ...]  # solar, wind, minimum output of reactors: free to spill
    pieces: tuple[Piece, ...]  # the last serves whatever is left (unserved energy), so that a dispatch always exists
    stores: tuple[Store, ...]
    cost_column: int
    accounts: dict[str, int]

    # What it is made of

    @property
    def kinds(self) -> tuple[str, ...]:
        parts = [f"{store.name} {part}" for store in self.stores for part in ("charge", "discharge", "level")]
        return (*(piece.name for piece in self.pieces), *parts)

    @property
    def rows(self) -> tuple[str, ...]:
        return ("balance", *(["taken"] if self.paid else []), *(f"level {store.name}" for store in self.stores))

    @property
    def limit_kinds(self) -> tuple[str, ...]:
        parts = [f"{store.name} {part}" for store in self.stores for part in ("power", "level")]
        return (*(piece.name for piece in self.pieces), *parts)

    @cached_property
    def paid(self) -> bool:
        """Is any piece free or paid for in any hour?"""
        return any(bool((piece.cost <= 0.0).any()) for piece in self.pieces)

    @property
    def may_earn(self) -> bool:
        return any(bool((piece.cost < 0.0).any()) for piece in self.pieces)

    @property
    def supply_columns(self) -> frozenset[int]:
        stored = [column for k in self.stores for column in (k.power_column, k.energy_column)]
        # What is paid for cannot be thrown away: then a load too must equal the points that serve it.
        equal = [p.column for p in self.loads] if self.paid else []
        pieces = [p.column for p in self.pieces if p.column >= 0]
        return frozenset([p.column for p in self.must_take] + pieces + stored + equal)

    @property
    def load_columns(self) -> frozenset[int]:
        return frozenset(p.column for p in self.loads)

    @property
    def last_resort(self) -> int:
        return len(self.pieces) - 1

    @property
    def fixed(self) -> tuple[int, ...]:
        return tuple(i for i, piece in enumerate(self.pieces) if piece.column < 0)

    def limits(self, x: Array, kinds: tuple[int, ...]) -> list[Array]:
        pieces = [self.pieces[k] for k in kinds]
        return [p.available * (1.0 if p.column < 0 else x[p.column]) for p in pieces]

    def split(self, dispatch: Dispatch) -> SiteHours:
        """A dispatch by its parts."""
        n = len(self.pieces)
        return SiteHours(dispatch.flow[:n], dispatch.flow[n::3], dispatch.flow[n + 1 :: 3], dispatch.flow[n + 2 :: 3])

    def net_load(self, x: Array) -> Array:
        """Load less must-take supply of every hour, GW, before any piece or store; negative hours may spill."""
        total = np.zeros(len(self.hours))
        for profile in self.loads:
            total += x[profile.column] * profile.values
        for profile in self.must_take:
            total -= x[profile.column] * profile.values
        return total

    def spill(self, x: Array, dispatch: Dispatch) -> Array:
        """Supply that no one takes, GW per hour: what is left over in the balance."""
        parts = self.split(dispatch)
        return parts.supply.sum(axis=0) + (parts.discharge - parts.charge).sum(axis=0) - self.net_load(x)

    def energy_price(self, dispatch: Dispatch) -> Array:
        """Price of energy at the site, M USD per GWh of its own stage (objective weight of the stage taken out)."""
        return self._energy(dispatch.price) / (self.weights * (dispatch.cost_dual if dispatch.cost_dual > 0 else 1.0))

    def _energy(self, price: Array) -> Array:
        """The price of energy from those of the rows: the balance, less what may be taken."""
        balance = np.maximum(price[0], 0.0)
        return balance - np.maximum(price[1], 0.0) if self.paid else balance

    # Its matrix

    def part(self, annual_columns: int) -> Part:
        hours, heads = len(self.hours), 1 + len(self.accounts)
        h = np.arange(hours)
        own, annual = Entries(), Entries()
        annual.put(0, self.cost_column, 1.0)
        for k, column in enumerate(self.accounts.values()):
            annual.put(1 + k, column, 1.0)
        balance, taken, levels = heads + h, heads + hours + h, 2 if self.paid else 1
        for i, piece in enumerate(self.pieces):
            p = i * hours + h
            own.put(balance, p, 1.0)
            own.put(0, p, -self.weights * piece.cost)
            if self.paid:
                own.put(taken, p, -1.0)
            for k, account in enumerate(self.accounts):
                if account in piece.use:
                    own.put(1 + k, p, -self.weights * piece.use[account])
        for profile, sign in [(p, 1.0) for p in self.must_take] + [(p, -1.0) for p in self.loads]:
            annual.put(balance, profile.column, sign * profile.values)
            if self.paid and sign < 0:
                annual.put(taken, profile.column, profile.values)
        inside = np.flatnonzero(~self.starts)
        for k, store in enumerate(self.stores):
            charge, discharge, level = ((len(self.pieces) + 3 * k + part) * hours + h for part in range(3))
            for row, sign in [(balance, 1.0)] + ([(taken, -1.0)] if self.paid else []):
                own.put(row, discharge, sign)
                own.put(row, charge, -sign)
            if store.cost:
                own.put(0, discharge, -self.weights * store.cost)
            row = heads + (levels + k) * hours + h
            own.put(row, level, 1.0)
            own.put(row, charge, -store.eta_charge)
            own.put(row, discharge, 1.0 / store.eta_discharge)
            own.put(row[inside], level[inside] - 1, -1.0)
        rows = heads + len(self.rows) * hours
        limit_of, limit, limit_column = self._limits()
        return Part(
            own=own.matrix(rows, len(self.kinds) * hours),
            annual=annual.matrix(rows, annual_columns),
            equal=np.repeat([False] * levels + [True] * len(self.stores), hours),
            limit_of=limit_of,
            limit=limit,
            limit_column=limit_column,
        )

    def _limits(self) -> tuple[NDArray[np.int64], Array, NDArray[np.int64]]:
        """Limit of every hourly column, size and annual column of every limit (see `Part`)."""
        hours, n = len(self.hours), len(self.pieces)
        ones = np.ones(hours)
        content = np.where(self.ends, 0.0, 1.0) if self.paid else ones  # a span in which something pays ends empty
        kinds, sizes, columns = list(range(n)), [p.available for p in self.pieces], [p.column for p in self.pieces]
        for k, store in enumerate(self.stores):
            kinds += [n + 2 * k, n + 2 * k, n + 2 * k + 1]
            sizes += [ones, content]
            columns += [store.power_column, store.energy_column]
        limit_of = (np.array(kinds)[:, None] * hours + np.arange(hours)).ravel()
        return limit_of, np.concatenate(sizes), np.repeat(np.array(columns, np.int64), hours)

    def size(self) -> Size:
        hours, stores, pieces = len(self.hours), len(self.stores), len(self.pieces)
        limited = sum(piece.column >= 0 for piece in self.pieces)
        used = sum(account in piece.use for piece in self.pieces for account in self.accounts)
        heads = 1 + len(self.accounts)
        per_hour = len(self.loads) + len(self.must_take) + 2 * pieces + used + 2 * limited + 11 * stores
        per_hour += sum(store.cost > 0 for store in self.stores)
        per_hour += len(self.loads) + pieces + 2 * stores if self.paid else 0
        return Size(
            columns=(pieces + 3 * stores) * hours,
            rows=heads + (1 + self.paid + limited + 3 * stores) * hours,
            nonzeros=heads + hours * per_hour,
        )

    def bound(
        self, price: Array, cost_weight: float, account_prices: dict[str, float]
    ) -> tuple[float, dict[int, float]]:
        prices = piece_prices(self, cost_weight, account_prices)
        return cut(self, prices, self._energy(price), -price[2 if self.paid else 1 :], cost_weight)

    def cost_and_use(self, flow: Array) -> tuple[float, dict[str, float]]:
        cost, use = 0.0, dict.fromkeys(self.accounts, 0.0)
        for i, piece in enumerate(self.pieces):
            drawn = flow[i] * self.weights
            cost += float(np.sum(drawn * piece.cost))
            for account, amount in piece.use.items():
                use[account] += float(np.sum(drawn * amount))
        for k, store in enumerate(self.stores):
            cost += float(flow[len(self.pieces) + 3 * k + 1] @ self.weights) * store.cost
        return cost, use

    # What the search for a plan asks

    def highest_prices(self, cost_weight: float) -> Array:
        highest = []
        for account in self.accounts:
            price = 1.0
            for piece in self.pieces:
                use = np.broadcast_to(piece.use.get(account, 0.0), piece.cost.shape)
                drawn = use > 0
                if drawn.any():
                    saved = np.maximum(self.pieces[-1].cost - piece.cost, 1e-3)[drawn] / use[drawn]
                    price = max(price, 2.0 * float(saved.max()))
            highest.append(price * cost_weight)
        return np.array(highest)

    def ready_made(self) -> Iterator[dict[int, float]]:
        """Each supply alone that never falls to nothing, as large as each load asks."""
        steady = steady_supplies(self.pieces[:-1], self.must_take)
        for load in self.loads:
            for column, values in steady.items():
                yield {load.column: 1.0, column: float((load.values / values).max())}

    def strain(self) -> Array:
        """Loads above, must-take supply and availability below, costs above their mean."""
        hours = len(self.hours) // 24 * 24

        def daily(parts: list[Array], sign: float) -> Array:
            total = np.zeros(hours // 24)
            for values in parts:
                day = np.broadcast_to(values, (len(self.hours),))[:hours].reshape(-1, 24).mean(axis=1)
                total += sign * (day - day.mean()) / (abs(day.mean()) + 1e-12)
            return total / max(1, len(parts))

        return (
            daily([p.values for p in self.loads], 1.0)
            + daily([p.values for p in self.must_take], -1.0)
            + daily([p.available for p in self.pieces], -1.0)
            + daily([p.cost for p in self.pieces[:-1]], 1.0)
        )

    def on_hours(self, keep: NDArray[np.int64], weights: Array, spans: tuple[tuple[int, int], ...]) -> SiteYear:
        def pick(values: Array | float) -> Array:
            return np.ascontiguousarray(np.broadcast_to(values, (len(self.hours),))[keep])

        def use(piece: Piece) -> dict[str, Array | float]:
            return {a: v if np.ndim(v) == 0 else pick(v) for a, v in piece.use.items()}

        return replace(
            self,
            hours=self.hours[keep],
            weights=weights,
            spans=spans,
            loads=tuple(replace(p, values=pick(p.values)) for p in self.loads),
            must_take=tuple(replace(p, values=pick(p.values)) for p in self.must_take),
            pieces=tuple(replace(p, available=pick(p.available), cost=pick(p.cost), use=use(p)) for p in self.pieces),
        )

    def in_units(self, size: float) -> SiteYear:
        pieces = tuple(replace(p, available=p.available / size) if p.column < 0 else p for p in self.pieces)
        return replace(self, pieces=pieces)

    def repaired(self, x: Array, dispatch: Dispatch) -> Dispatch:
        parts, n = self.split(dispatch), len(self.pieces)
        flow = dispatch.flow.copy()
        for i, limit in enumerate(self.limits(x, tuple(range(n)))):
            np.clip(flow[i], 0.0, limit, out=flow[i])
        for account, column in self.accounts.items():
            used = self.cost_and_use(flow)[1][account]
            if used > x[column] + 1e-6 * max(1.0, abs(used)):  # a little less is rounding, and raised by who asks
                for i, piece in enumerate(self.pieces[:-1]):
                    flow[i] *= max(x[column], 0.0) / used if account in piece.use else 1.0
        lacking = self.net_load(x) + (parts.charge - parts.discharge).sum(axis=0) - flow[:n].sum(axis=0)
        flow[n - 1] += np.maximum(lacking, 0.0)
        return replace(dispatch, flow=flow)

    # How it is kept in a file

    def kept(self, put: Callable[[Any], str]) -> dict[str, Any]:
        return site_kept.kept(self, put)

    @classmethod
    def restored(cls, entry: dict[str, Any], arrays: dict[str, Array]) -> SiteYear:
        return cls(**site_kept.parts(entry, arrays))
