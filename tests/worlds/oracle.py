"""What a scenario without a catalog costs, written from its text alone: the README's rules as one plain linear program.

Nothing here knows the planner's blocks, instance or solver. Units: MW, MWh, t of CO2, thousand USD; a year is 8,760 hours.

    what stands is what was built and still lives, for part of a stage where it dies within it, and pays its annuity while it stands
    a stage counts for the discounted years from the first stage on
    chips that serve draw power, need a hall, land, and firm supply; what is not done is paid for

The hours are in `hours.py`. `tiers` and `zones` stand for what only the catalog knows: steps of connection, and what a zone can connect.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from tests.worlds import hours
from tests.worlds.program import Found, Program, Terms

HOURS = 8760.0
SHELL_LIFE = 20.0  # data/planning.csv, shell_life: the one figure that a scenario without a catalog cannot say
World = dict[str, Any]
Place = tuple[str, int]  # site, stage


class Oracle:
    """The program of one world, with its columns by meaning; `cost` by line of the bill."""

    def __init__(self, world: World) -> None:
        self.world, self.lp = world, Program()
        self.years: list[int] = world["stages"]
        self.stages = range(len(self.years))
        self.rate = world.get("discount_rate", 0.05)
        ends = [*self.years[1:], world["horizon_end"]]
        self.length = [end - year for year, end in zip(self.years, ends, strict=True)]
        self.value_of_year = [
            sum((1 + self.rate) ** -(year - self.years[0] + t) for t in range(n))
            for year, n in zip(self.years, self.length, strict=True)
        ]
        time = world["time"]
        self.steps, self.step_hours = time["hours"], time.get("step_hours", 1.0)
        weights = np.array(time.get("weights", [1.0] * self.steps), float)
        self.weight = weights * HOURS / weights.sum()
        self.sites: dict[str, World] = {site["name"]: site for site in world["sites"]["add"]}
        self.plants: dict[str, World] = {plant["name"]: plant for plant in world.get("technologies", [])}
        self.policy, self.firmness = world.get("policy", {}), world.get("reliability", {})
        self.grid_section, self.integer = world.get("grid", {}), world.get("solve", {}).get("integer", False)
        self.on_grid = "grid" in world.get("power", ["grid"]) and not self.firmness.get("island", False)
        self.lines: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        self.capacity: dict[tuple[str, str, int], int] = {}  # plant or connection, site, stage -> MW
        self.content: dict[tuple[str, str, int], int] = {}  # MWh
        self.given: defaultdict[tuple[str, str, int], list] = defaultdict(list)  # source, site, stage -> MWh a year
        self.fossil: defaultdict[Place, list] = defaultdict(list)  # MWh a year
        self.co2: defaultdict[Place, list] = defaultdict(list)  # t a year
        self.drawn: defaultdict[Place, list] = defaultdict(list)  # MWh a year
        self._work()
        for name in self.sites:
            self._hall(name)
            self._stand(name)
            for y in self.stages:
                self._connect(name, y)
                self._firm(name, y)
                hours.add(self, name, y)
        self._rules()

    def solve(self) -> Found:
        """The cheapest plan, in M USD; nan where there is none, -inf where it has no end."""
        found = self.lp.solve()
        found.cost = {0: found.cost * 1e-3, 3: -np.inf, 4: -np.inf}.get(found.status, np.nan)
        return found

    def bill(self, found: Found) -> dict[str, float]:
        """M USD over the horizon by cost line."""
        return {line: sum(factor * found.x[k] for factor, k in terms) * 1e-3 for line, terms in self.lines.items()}

    # What the words mean

    def by_stage(self, value: Any) -> list[float]:
        """A figure by stage: one number, or straight lines between the years given."""
        if not isinstance(value, dict):
            return [float(value)] * len(self.years)
        known = sorted(value)
        return [float(np.interp(year, known, [value[y] for y in known])) for year in self.years]

    def by_hour(self, value: Any) -> np.ndarray:
        """A figure by hour: one number, or one for each."""
        return np.full(self.steps, float(value)) if not isinstance(value, list) else np.array(value, float)

    def annuity(self, life: float) -> float:
        """Share of an investment that a year pays."""
        return 1.0 / life if self.rate == 0 else self.rate / (1.0 - (1.0 + self.rate) ** -life)

    def standing(self, y: int, life: float) -> dict[int, float]:
        """Stages whose plant stands in stage y, and in what part of its years; in its own stage it is kept up."""
        left = {v: min(1.0, (life - (self.years[y] - self.years[v])) / self.length[y]) for v in range(y)}
        return {v: part for v, part in left.items() if part > 1e-9} | {y: 1.0}

    def pays(self, line: str, column: int, y: int, thousand_usd: float) -> None:
        """Add to the cost of a column what it costs in a year of stage y."""
        self.lp.cost[column] += self.value_of_year[y] * thousand_usd
        self.lines[line].append((self.value_of_year[y] * thousand_usd, column))

    def figure(self, section: str, who: str, y: int) -> float | None:
        """The figure of a policy for a country or everybody, if there is one."""
        found = (self.policy.get(section) or {}).get(who)
        return None if found is None else self.by_stage(found)[y]

    # Work and chips

    def _work(self) -> None:
        """How many chips serve each work where, what they cost, and what is left undone."""
        self.serve: dict[tuple[str, str, int], int] = {}
        self.undone: dict[tuple[str, int], int] = {}
        self.uses: dict[str, World] = {}
        of_chip: defaultdict[str, list[str]] = defaultdict(list)
        for work in self.world["workloads"]:
            use = work.get("chip_use") or {"chip": "load", "work_per_hour": 1.0, "active": 1e6}
            shape = None if work.get("shape") is None else self.by_hour(work["shape"])
            if shape is not None:
                shape = shape / float(shape @ self.weight / HOURS)
            said = {"shape": shape, "peak": 1.0 if shape is None else float(shape.max()), "chips": "chip_use" in work}
            said |= {"idle": 0.0, "price": 0.0, "provision": use["active"], "pausable": work.get("pausable", 0.0)}
            self.uses[work["name"]] = said | use
            of_chip[use.get("chip") or f"{work['name']} chip"].append(work["name"])
            self._demand(work)
        for chip, works in of_chip.items():
            self._chips(chip, works)

    def _demand(self, work: World) -> None:
        """All of a work is done somewhere, or paid for; some of it at home."""
        name, use = work["name"], self.uses[work["name"]]
        kind = "load" if "load" in work else "work"
        scale = self.by_stage(self.world.get("demand_scale", {}).get(work["owner"], 1.0))
        home = 1.0 if work.get("shift") == "site" else work.get("home_share", 0.0)
        together = "sites" in self.world.get("alliance", {}).get("pools", ["sites"])
        for y in self.stages:
            units = self.by_stage(work[kind])[y] * scale[y] * (HOURS if kind == "load" else 1.0)
            if units == 0:
                continue
            chips = units / HOURS * use["peak"] / use["work_per_hour"]  # that all of it takes
            self.undone[name, y] = left = self.lp.column(1.0 if work.get("value") is not None else 0.0)
            self.pays("unserved work", left, y, (work.get("value") or 0.0) * units * 1e-3)
            done, at_home = [], []
            for s, site in self.sites.items():
                limit = self.figure("pue_limit", site["country"], y)
                abroad = site["country"] != work["owner"]
                if (abroad and not together) or (limit is not None and site.get("pue", 1.0) > limit):
                    continue
                self.serve[name, s, y] = here = self.lp.column()
                self.pays("network", here, y, work.get("delivery_cost", {}).get(s, 0.0) * units / chips * 1e-3)
                done.append((1.0 / chips, here))
                at_home += [] if abroad else [(1.0 / chips, here)]
            self.lp.row([*done, (1.0, left)], 1.0, 1.0)
            self.lp.row([*at_home, (home, left)], at_least=home)

    def _chips(self, chip: str, works: list[str]) -> None:
        """Chips are bought, stand for their life, and are shared by all work at a site."""
        section, use = self.world.get("chips", {}), self.uses[works[0]]
        life = section.get("lifetime", 5.0)
        yearly = [self.annuity(life) * price * 1e-3 for price in self.by_stage(use["price"])]
        bought = {(s, y): self.lp.column() for s in self.sites for y in self.stages}
        for (s, y), column in bought.items():
            for later in self.stages[y:]:
                self.pays("chips", column, later, yearly[y] * self.standing(later, life).get(y, 0.0))
            busy = [(1.0, self.serve[j, s, y]) for j in works if (j, s, y) in self.serve]
            stand = [(-part, bought[s, v]) for v, part in self.standing(y, life).items()]
            self.lp.row([*busy, *stand], at_most=0.0)
        supply = section.get("supply", {}).get(chip)
        if supply is not None:
            for y in self.stages:
                self.lp.row([(1.0, bought[s, y]) for s in self.sites], at_most=self.by_stage(supply)[y])

    # Sites

    def here(self, s: str, y: int) -> list[tuple[World, int]]:
        """Work that may be done at a site, and the column of its chips."""
        return [(self.uses[j], column) for (j, at, v), column in self.serve.items() if (at, v) == (s, y)]

    def provided(self, s: str, y: int, factor: float = 1.0) -> list[tuple[float, int]]:
        """IT power of the chips that serve at a site."""
        return [(factor * use["provision"] * 1e-6, chips) for use, chips in self.here(s, y)]

    def _hall(self, s: str) -> None:
        """A hall holds what is provided for the chips; land limits it; a campus has a cost of its own."""
        site = self.sites[s]
        land = site.get("land_limit", np.inf)
        built = [self.lp.column() for _ in self.stages]
        fixed = site.get("campus_cost", self.world["sites"].get("campus_cost", 0.0))
        for y in self.stages:
            it = self.lp.column(land)
            self.lp.row([*self.provided(s, y), (-1.0, it)], at_most=0.0)
            stand = self.standing(y, SHELL_LIFE)
            self.lp.row([*((part, built[v]) for v, part in stand.items()), (-1.0, it)], 0.0, 0.0)
            for v, part in stand.items():
                self.pays("shell", built[v], y, self.annuity(SHELL_LIFE) * part * site.get("shell_cost", 0.0) * 1e3)
            if fixed and self.here(s, y):
                opened = self.lp.column(1.0, whole=self.integer)
                self.pays("campus", opened, y, fixed * 1e3)
                self.lp.row([(1.0, it), (-land, opened)], at_most=0.0)

    def may_stand(self, plant: World, site: World, y: int) -> bool:
        """Is a plant to be had at a site in a stage?"""
        if self.years[y] < plant.get("first_year", 2000) or plant.get("limit") == 0:
            return False
        if plant.get("fuel") == "gas" and "gas_price" not in site:
            return False
        return plant.get("kind") != "nuclear" or site.get("smr", True)

    def _stand(self, s: str) -> None:
        """Plants and stores: what stands, and what it costs to have it."""
        for g, plant in self.plants.items():
            allowed = [y for y in self.stages if self.may_stand(plant, self.sites[s], y)]
            self._vintages(s, plant, allowed, "capex", self.capacity, plant.get("limit", np.inf))
            for y in (y for y in allowed if self.here(s, y)):  # where nothing works, nothing is kept up
                self.pays("fixed O&M", self.capacity[g, s, y], y, plant.get("annual_cost", 0.0))
            if plant.get("kind") == "storage":
                self._vintages(s, plant, allowed, "energy_capex", self.content, np.inf)

    def _vintages(
        self, s: str, plant: World, allowed: list[int], price: str, of: dict[tuple[str, str, int], int], limit: float
    ) -> None:
        """Power or content of a plant by stage, built and paid for by vintage."""
        life, cost = plant.get("lifetime", 25.0), self.by_stage(plant.get(price, 0.0))
        built = {y: self.lp.column() for y in allowed}
        for y in allowed:
            if plant.get("kind") == "nuclear" and self.integer:
                units = self.lp.column(whole=True)
                self.lp.row([(plant.get("unit_size", 1.0), units), (-1.0, built[y])], 0.0, 0.0)
            of[plant["name"], s, y] = column = self.lp.column(limit)
            stand = {v: part for v, part in self.standing(y, life).items() if v in built}
            self.lp.row([*((part, built[v]) for v, part in stand.items()), (-1.0, column)], 0.0, 0.0)
            for v, part in stand.items():
                self.pays("power plants", built[v], y, part * self.annuity(life) * cost[v])

    def _connect(self, s: str, y: int) -> None:
        """The grid: one step of connection, or several that cost more and come later; and what may be cut."""
        site, lp = self.sites[s], self.lp
        steps = self.world.get("tiers", {}).get(s)
        steps = [(self.by_stage(mw), usd) for mw, usd in steps or [(site.get("headroom", np.inf), 0.0)]]
        self.capacity["grid", s, y] = grid = lp.column(np.inf if self.on_grid else 0.0)
        step = [lp.column(mw[y] if self.on_grid else 0.0) for mw, _ in steps]
        for column, (_, usd) in zip(step, steps, strict=True):
            self.pays("grid reinforcement", column, y, usd)
        lp.row([*((1.0, column) for column in step), (-1.0, grid)], 0.0, 0.0)
        self.pays("grid capacity charge", grid, y, site.get("capacity_charge", 0.0) * 12.0)
        share = self.grid_section.get("curtailable_share", 0.0)
        if self.on_grid and share > 0:
            size = sum(max(mw) for mw, _ in steps)
            self.capacity["grid_curtailable", s, y] = cut = lp.column(share * size)
            self.pays("grid capacity charge", cut, y, site.get("capacity_charge", 0.0) * 12.0)
            if np.isfinite(size):
                lp.row([(1.0, grid), (1.0, cut)], at_most=size)

    def _firm(self, s: str, y: int) -> None:
        """Firm supply reaches the largest load that can meet in an hour, less what may pause, with a margin."""
        site, lp = self.sites[s], self.lp
        margin = 0.0 if self.firmness.get("reserve") == "blocks" else self.firmness.get("reserve_margin", 0.15)
        firm = [(1.0, self.capacity["grid", s, y])]
        for g, plant in self.plants.items():
            if (g, s, y) not in self.capacity:
                continue
            counts = plant.get("firm", 0.0 if plant.get("kind") == "must_take" else 1.0)
            backed = self.capacity[g, s, y]
            if plant.get("kind") == "storage":
                backed = lp.column()
                lp.row([(1.0, backed), (-1.0, self.capacity[g, s, y])], at_most=0.0)
                lp.row([(plant.get("firm_hours", 4.0), backed), (-1.0, self.content[g, s, y])], at_most=0.0)
            firm.append((counts, backed))
        for h in range(self.steps):
            asked = []
            for use, chips in self.here(s, y):
                part = 1.0 if use["chips"] or use["shape"] is None else use["shape"][h] / use["peak"]
                watts = part * use["provision"] - use["pausable"] * (use["active"] - use["idle"])
                asked.append((-(1.0 + margin) * watts * 1e-6 * site.get("pue", 1.0), chips))
            lp.row([*firm, *asked], at_least=0.0)

    # Rules

    def _rules(self) -> None:
        """Caps and shares of a country, or of all, and what a zone can connect."""
        for rule in ("carbon_cap", "clean_share", "country_share"):
            for who, figure in (self.policy.get(rule) or {}).items():
                for y in self.stages:
                    inside = {s for s, site in self.sites.items() if who in ("all", site["country"])}
                    terms, limit = self._rule(rule, inside, self.by_stage(figure)[y], y)
                    self.lp.row(terms, at_most=limit)
        for zone, mw in self.world.get("zones", {}).items():
            for y in self.stages:
                in_zone = [s for s, site in self.sites.items() if site.get("zone", s) == zone]
                self.lp.row([(1.0, self.capacity["grid", s, y]) for s in in_zone], at_most=self.by_stage(mw)[y])

    def _rule(self, rule: str, inside: set[str], figure: float, y: int) -> tuple[Terms, float]:
        """What a rule limits, and at how much."""
        if rule == "carbon_cap":
            return [term for s in inside for term in self.co2[s, y]], figure * 1e3
        if rule == "clean_share":
            drawn = [(-(1.0 - figure) * factor, c) for s in inside for factor, c in self.drawn[s, y]]
            return [*(term for s in inside for term in self.fossil[s, y]), *drawn], 0.0
        return [term for s in self.sites for term in self.provided(s, y, (s in inside) - figure)], 0.0
