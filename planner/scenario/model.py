"""The scenario: everything a plan is asked, validated as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import (
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from planner.base.countries import Countries
from planner.base.names import reserved
from planner.scenario.changes import with_value
from planner.scenario.country import Country, Fx
from planner.scenario.extends import Layers, steps
from planner.scenario.figures import Figure, Name, Section, Series, Whole, problem
from planner.scenario.inline import InlineTechnology
from planner.scenario.markets import Markets
from planner.scenario.nations import Code, Company, Nation, with_own
from planner.scenario.planning import Folders, Solve, Time
from planner.scenario.policy import BOUNDS, Alliance, Facility, Policy
from planner.scenario.supply import Capex, Fuel, Grid, Reliability, Sites, Smr
from planner.scenario.work import Chips, Fleet, Workload
from planner.scenario.zones import Link, Zone


class Scenario(Section):
    """One question to the planner. Made by `load` (a file) or `parse` (a mapping), which fill in every default."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        description="name of the scenario and of its run: letters, digits, - and _"
    )
    description: str = Field(default="", description="what the scenario asks, in a paragraph")
    nations: dict[Code, Nation] = Field(
        default_factory=dict, description="code: a country that the tables do not have; its sites and prices stand here"
    )
    companies: dict[Code, Company] = Field(
        default_factory=dict, description="code: an owner of work that is no country"
    )
    countries: list[Country] = Field(min_length=1, description="countries that are planned")
    stages: list[Annotated[Whole, Field(ge=2026, le=2060)]] = Field(
        min_length=1, description="investment years, rising; each is operated through one representative year"
    )
    horizon_end: Whole = Field(
        default_factory=lambda data: data["stages"][-1] + 5 if data.get("stages") else 0,
        le=2160,
        description="year after the last stage's period; default: last stage + 5",
    )
    base_year: Whole = Field(default=2026, ge=2020, le=2060, description="now: the year from which lead times count")
    discount_rate: Annotated[float, Figure("", 0, 1)] = Field(
        default=0.05, description="real social discount rate per year"
    )
    fx: Fx = Field(
        default_factory=dict,
        validate_default=True,
        description="exchange rates, local currency per USD, for every figure that is given in that currency",
    )
    time: Time = Field(default_factory=Time, description="hours planned")
    sites: Sites = Field(default_factory=Sites, description="candidate sites")
    fleet: list[Fleet] = Field(default_factory=list, description="chips that stand whatever the plan says")
    workloads: list[Workload] = Field(default_factory=list, description="work from which the plan picks the chips")
    demand_scale: dict[Country, Annotated[Series, Figure("", 0, 1000)]] = Field(
        default_factory=dict,
        description="country: factor on all its workloads and fleets, by stage; not named: 1",
    )
    chips: Chips = Field(default_factory=Chips, description="chips that can be bought")
    power: list[Name] = Field(
        default=["grid"],
        description="power technologies (planner power list), and grid; may be empty where technologies has some",
    )
    technologies: list[InlineTechnology] = Field(
        default_factory=list, description="plants of your own, which every site may have besides those under power"
    )
    capex: Capex = Field(default_factory=Capex, description="overnight costs of plants, dearer or cheaper")
    grid: Grid = Field(default_factory=Grid, description="the grid: tariff or power system, and changes to its figures")
    zones: dict[Name, Zone] = Field(
        default_factory=dict,
        description="zone of the power system: what changes there, or a zone of your own (grid.model: system)",
    )
    links: list[Link] = Field(default_factory=list, description="links between zones (grid.model: system)")
    fuel: Fuel = Field(default_factory=Fuel, description="gas, LNG, uranium")
    markets: Markets = Field(
        default_factory=Markets, description="what gas, machines, reactors and contracts can be had, and on which terms"
    )
    smr: Smr = Field(default_factory=Smr, description="small modular reactors")
    policy: Policy = Field(default_factory=Policy, description="carbon, clean energy, limits by country")
    reliability: Reliability = Field(default_factory=Reliability, description="how sure the power must be")
    facilities: dict[Name, Facility] = Field(default_factory=dict, description="name: a facility that members share")
    alliance: Alliance = Field(default_factory=Alliance, description="who plans together and what is pooled")
    late_compute_usd_per_h100_hour: Annotated[float, Figure("USD")] = Field(
        default=2.40, description="cost of work not served, USD per H100-hour equivalent (LBNL)"
    )
    unserved_energy_usd_per_mwh: Annotated[float, Figure("USD/MWh")] = Field(
        default=3000.0, description="cost of load not served (assumed)"
    )
    solve: Solve = Field(default_factory=Solve, description="how the program is solved")
    inputs: Folders = Field(default_factory=Folders, description="catalog folders of your own")

    _file: Path | None = PrivateAttr(None)

    reader: ClassVar[Callable[[Mapping[str, Any]], Scenario]]
    """What makes a scenario of a mapping: `load.parse`, which stands to the right of this file, hung here by it."""

    @property
    def owners(self) -> list[str]:
        """Whose work is planned: the countries, and the companies."""
        return [*self.countries, *(code for code in self.companies if code not in self.countries)]

    def countries_of(self, tables: Countries) -> Countries:
        """The table of countries with those of the scenario."""
        return with_own(tables, self.nations, self.companies)

    @property
    def file(self) -> Path | None:
        """The file it was read from, for messages."""
        return self._file

    def place(self, key: str) -> str | None:
        """File and line of a key such as `workloads[2].chips`, for messages: the file that has the last word on it."""
        if self._file is None or not self._file.is_file():
            return None if self._file is None else str(self._file)
        return Layers(self._file).place(steps(key))

    def with_(self, changes: Mapping[str, object]) -> Scenario:
        """This scenario with other values at some keys: `with_({"fuel.lng_spot": 15, "workloads[0].load": 300})`. Raises InputError."""
        data = self.resolved()
        for key, value in changes.items():
            data = with_value(data, key, value)
        made = type(self).reader(data)
        made._file = self._file
        return made

    def resolved(self) -> dict[str, Any]:
        """Plain Python with every default filled in; `parse` of it resolves to the same."""
        return self.model_dump()

    def to_yaml(self) -> str:
        """The resolved scenario as YAML."""
        import yaml

        return yaml.safe_dump(self.resolved(), sort_keys=False, allow_unicode=True, width=120)

    @field_validator("countries", "power")
    @classmethod
    def _unique(cls, value: list[str]) -> list[str]:
        twice = next((name for name, count in Counter(value).items() if count > 1), None)
        if twice is not None:
            raise problem(f"'{twice}' is given twice", expected="each name once", value=twice)
        return value

    @field_validator("stages")
    @classmethod
    def _rising(cls, value: list[int]) -> list[int]:
        for i, (before, year) in enumerate(pairwise(value), start=1):
            if year <= before:
                raise problem("a stage is out of order", at=f"[{i}]", expected=f"a year after {before}", value=year)
        return value

    @model_validator(mode="after")
    def _as_a_whole(self) -> Scenario:
        if self.horizon_end <= self.stages[-1]:
            raise problem(
                "the horizon ends before the last stage",
                at=".horizon_end",
                value=self.horizon_end,
                expected=f"a year after {self.stages[-1]}",
            )
        if self.stages[0] < self.base_year:
            raise problem(
                "the first stage lies in the past",
                at=".stages[0]",
                value=self.stages[0],
                expected=f"{self.base_year} (base_year) or later",
            )
        if self.solve.integer and self.time.method == "full_year":
            expected = "typical_days, or no integer solve"
            raise problem("whole units need typical days", at=".time.method", value="full_year", expected=expected)
        if self.solve.integer and self.solve.method not in ("auto", "simplex"):
            expected = "auto (branch and bound), or no integer solve"
            raise problem(
                "this method knows no whole units", at=".solve.method", value=self.solve.method, expected=expected
            )
        if not self.fleet and not self.workloads:
            raise problem("there is nothing to serve", at=".workloads", expected="a workload or a fleet")
        for key, country in self._countries_named():
            if country not in (self.owners if key.endswith(".owner") else self.countries):
                expected = f"one of the scenario's countries: {', '.join(self.countries)}"
                raise problem(f"'{country}' is not planned", at=key, expected=expected, value=country)
        names = [f".workloads[{i}].name" for i in range(len(self.workloads))]
        _once(zip(names, (work.name for work in self.workloads), strict=True), "give one of the two workloads a name")
        added = ((f".sites.add[{i}].name", site.name) for i, site in enumerate(self.sites.add))
        _once(added, "each site once")
        plants = ((f".technologies[{i}].name", tech.name) for i, tech in enumerate(self.technologies))
        _once([*((f".power[{i}]", name) for i, name in enumerate(self.power)), *plants], "another name")
        for i, tech in enumerate(self.technologies):
            if meaning := reserved(tech.name.strip().casefold()):
                expected = f"another name; this one means {meaning}"
                raise problem(f"no plant may be called '{tech.name}'", at=f".technologies[{i}].name", expected=expected)
        for key in ("zones", "links"):
            if self.grid.model == "tariff" and getattr(self, key):
                expected = "grid: {model: system}, or no such key"
                raise problem(f"{key} say nothing of a tariff", at=f".{key}", expected=expected)
        if self.grid.model == "system" and self.grid.tariffs:
            expected = "grid: {model: tariff}, or no tariffs: sites of a power system pay what it spends"
            raise problem("tariffs say nothing of a power system", at=".grid.tariffs", expected=expected)
        if not self.power and not self.technologies:
            raise problem("there is no power", at=".power", expected="grid, a technology, or technologies of your own")
        return self

    def _countries_named(self) -> Iterable[tuple[str, str]]:
        """Every country that a section names, with its key."""
        for section in ("fleet", "workloads"):
            for i, item in enumerate(getattr(self, section)):
                yield f".{section}[{i}].owner", item.owner
        for i, site in enumerate(self.sites.add):
            yield f".sites.add[{i}].country", site.country
            if site.owner is not None:
                yield f".sites.add[{i}].owner", site.owner
        for name, zone in self.zones.items():
            if zone.country is not None:
                yield f".zones.{name}.country", zone.country
        for i, country in enumerate(self.alliance.members or []):
            yield f".alliance.members[{i}]", country
        for rule in BOUNDS:
            for who in getattr(self.policy, rule) or {}:
                if who != "all":
                    yield f".policy.{rule}.{who}", who


def _once(names: Iterable[tuple[str, str]], expected: str) -> None:
    seen: set[str] = set()
    for key, name in names:
        if name in seen:
            raise problem(f"the name '{name}' is given twice", at=key, expected=expected, value=name)
        seen.add(name)
