"""The annual columns that a site-year touches."""

from __future__ import annotations

import numpy as np

from planner.program.problem import Array, SiteYear


class Link:
    """The annual columns that a site-year touches: its cost, its accounts, then its loads and capacities."""

    def __init__(self, s: SiteYear) -> None:
        supplies = {p.column for p in s.must_take} | {p.column for p in s.pieces if p.column >= 0}
        if s.store:
            supplies |= {s.store.power_column, s.store.energy_column}
        loads = {p.column for p in s.loads}
        self.site_year = s
        self.decisions = np.array(sorted(supplies | loads), np.int64)
        # What is paid for cannot be thrown away: then a load too must equal the points that serve it.
        covered = supplies | loads if s.paid else supplies
        self.is_supply = np.array([c in covered for c in self.decisions])
        self.is_load = np.array([c in loads for c in self.decisions])
        self.columns = np.concatenate([[s.cost_column], list(s.accounts.values()), self.decisions]).astype(np.int64)
        self.fixed = [i for i, piece in enumerate(s.pieces) if piece.column < 0]

    @property
    def priced(self) -> int:
        """How many of `columns` are the cost and the accounts."""
        return 1 + len(self.site_year.accounts)

    def load(self, x: Array) -> float:
        """Sum of the site-year's loads in annual decisions, GW."""
        return float(x[self.decisions[self.is_load]].sum())

    def fixed_use(self, supply: Array) -> list[float]:
        """Largest share of each piece of fixed size that a dispatch draws in any hour."""
        shares = []
        for i in self.fixed:
            available = self.site_year.pieces[i].available
            drawn = supply[i] > 0
            shares.append(float((supply[i][drawn] / available[drawn]).max()) if drawn.any() else 0.0)
        return shares

    def highest_prices(self, cost_weight: float) -> Array:
        """Objective per unit of each account at which no piece that draws on it is worth running any more."""
        s, highest = self.site_year, []
        for account in s.accounts:
            price = 1.0
            for piece in s.pieces:
                use = np.broadcast_to(piece.use.get(account, 0.0), piece.cost.shape)
                drawn = use > 0
                if drawn.any():
                    saved = np.maximum(s.pieces[-1].cost - piece.cost, 1e-3)[drawn] / use[drawn]
                    price = max(price, 2.0 * float(saved.max()))
            highest.append(price * cost_weight)
        return np.array(highest)
