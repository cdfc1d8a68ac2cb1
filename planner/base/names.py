"""The register of the names that mean something: cost lines, limits, and names that nothing else may have.

A new cost line or limit is one entry here and one block that writes it (`blocks/`): the tables, the sentences, the explanation of a
clash and the alliance read the rest from here. Members are strings, so that a table of a plan holds their plain names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What kind of thing a cost line or a limit belongs to."""

    SITE = "site"
    ZONE = "zone"
    COUNTRY = "country"
    TERMINAL = "terminal"
    CHIP = "chip"
    DESIGN = "design"
    WORK = "work"


class Part(StrEnum):
    """What a cost is part of: the power supply, the campus with its chips, or what comes with running them."""

    POWER = "power"
    CAMPUS = "campus"
    RUNNING = "running"


class By(StrEnum):
    """By what a cost is split between the owners of the work that it serves."""

    CHIPS = "chips at the site"
    BOUGHT = "energy bought of the country's power system"
    ENERGY = "energy at the site"
    GAS = "gas burnt in the country"
    NEED = "who needs it"
    OWN = "its country's own"


class CostLine(StrEnum):
    """Every line of the bill: its name, what it is part of, whether it falls at a site or in a country, and by what owners share it."""

    part: Part
    home: Scope
    by: By

    def __new__(cls, name: str, part: Part, home: Scope = Scope.SITE, by: By = By.ENERGY) -> CostLine:
        line = str.__new__(cls, name)
        line._value_, line.part, line.home, line.by = name, part, home, by
        return line

    CHIPS = "chips", Part.CAMPUS, Scope.SITE, By.CHIPS
    SHELL = "shell", Part.CAMPUS
    CAMPUS = "campus", Part.CAMPUS
    SITE_OM = "site O&M", Part.CAMPUS
    SHARED_FACILITIES = "shared facilities", Part.CAMPUS, Scope.COUNTRY, By.NEED
    WATER = "water", Part.RUNNING
    NETWORK = "network", Part.RUNNING
    PAUSED_WORK = "paused work", Part.RUNNING
    UNSERVED_WORK = "unserved work", Part.RUNNING, Scope.COUNTRY, By.OWN
    GRID_ENERGY = "grid energy", Part.POWER
    GRID_CHARGE = "grid capacity charge", Part.POWER
    GRID_REINFORCEMENT = "grid reinforcement", Part.POWER
    POWER_PLANTS = "power plants", Part.POWER
    FIXED_OM = "fixed O&M", Part.POWER
    VARIABLE_OM = "variable O&M", Part.POWER
    FUEL = "fuel", Part.POWER
    GAS = "gas", Part.POWER
    CARBON = "carbon", Part.POWER
    UNSERVED_ENERGY = "unserved energy", Part.POWER
    LNG_SPOT = "LNG spot", Part.POWER, Scope.COUNTRY, By.GAS
    LNG_LIFTED = "LNG lifted", Part.POWER, Scope.COUNTRY, By.GAS
    LNG_FEE = "LNG fee", Part.POWER, Scope.COUNTRY, By.GAS
    GAS_PRICE_RISE = "gas price rise", Part.POWER, Scope.COUNTRY, By.GAS
    GAS_TRANSPORT = "gas transport", Part.POWER
    SLOT_PREMIUM = "slot premium", Part.POWER, Scope.COUNTRY, By.OWN
    GRID_SUPPLY = "grid supply", Part.POWER, Scope.COUNTRY, By.BOUGHT
    GRID_PLANTS = "grid plants", Part.POWER, Scope.COUNTRY, By.BOUGHT
    GRID_SHORTFALL = "grid shortfall", Part.POWER, Scope.COUNTRY, By.BOUGHT
    GRID_EXIT_FEE = "grid exit fee", Part.POWER
    HOURLY = "hourly", Part.POWER  # the objective's sum of what is paid by the hour; the tables split it up

    @classmethod
    def named(cls, name: str) -> CostLine:
        """The line of that name in a plan's table."""
        return next(line for line in cls if line == name)

    @property
    def on_power_bill(self) -> bool:
        """Does the line belong to the power bill: everything but chips, shells, site O&M and shared facilities?

        A campus' fixed cost is of the shell's kind. Chips are most of every bill and would hide what is proven of the rest.
        """
        return self.part is not Part.CAMPUS


@dataclass(frozen=True)
class Measure:
    """Units of a limit: in the program, of its worth, and as people say it.

    `factor` turns M USD per `unit` into `worth` (per year of the stage), `told_factor` a figure in `unit` into one in `told`;
    `step` is as much as one could really add, in `unit`: by what that is worth limits of different units are put in order.
    """

    unit: str
    worth: str
    factor: float
    told: str
    told_factor: float = 1.0
    step: float = 1.0


GW = Measure("GW", "USD/kW-year", 1.0, "MW", 1e3, step=0.1)
GW_OF_IT = Measure("GW of IT", "USD/kW-year", 1.0, "MW of IT", 1e3, step=0.1)
TBTU = Measure(
    "TBtu/year", "USD/MMBtu", 1.0, "Mt of LNG a year", step=5.0
)  # by the heat of a tonne, which the plan's data say
TBTU_A_DAY = Measure("TBtu/day", "USD per MMBtu/day and year", 1.0, "TBtu of gas a day", step=0.1)
CO2 = Measure("kt/year", "USD/t", 1e3, "kt of CO2 a year", step=100.0)
GWH = Measure("GWh/year", "USD/MWh", 1e3, "GWh a year", step=100.0)
LITRES = Measure("ML/year", "USD/m3", 1e3, "million litres a year", step=100.0)
CHIP_COUNT = Measure("thousand chips", "USD/chip", 1e3, "thousand chips", step=10.0)
DEMAND = Measure("share of demand", "M USD/year", 1.0, "share of demand", step=0.01)

FULL = "{kind} of {place} is full in {year} ({room}); one more is worth {worth}"
MOVES = "the {kind} of {place} binds in {year}; one more {unit} beyond it would be worth {worth}"
FIRM = "one more kW of firm supply at {place} is worth {worth} in {year}"
LATE = "{place} is not connected in {year}; a connection by then would be worth {worth}"
DONE = "doing all of {place} costs the plan {worth} in {year}"


class LimitKind(StrEnum):
    """Every kind of limit that can be scarce: its name, units, whose it is, its noun where limits clash, a short noun, and its sentence.

    In nouns, `site` is the site by its title, `part` what of it is limited (a tier, a technology), `place` the place as it stands.
    """

    measure: Measure
    scope: Scope
    noun: str
    short: str
    sentence: str

    def __new__(
        cls, name: str, measure: Measure, scope: Scope, noun: str, short: str = "", sentence: str = FULL
    ) -> LimitKind:
        kind = str.__new__(cls, name)
        kind._value_, kind.measure, kind.scope, kind.noun = name, measure, scope, noun
        kind.short, kind.sentence = short or name, sentence
        return kind

    WORK = "work asked for", DEMAND, Scope.WORK, "all of '{place}'", "", DONE
    CHIP_SUPPLY = "chip supply", CHIP_COUNT, Scope.CHIP, "supply of {place}"
    LAND = "land", GW_OF_IT, Scope.SITE, "land at {site}"
    WATER = "water", LITRES, Scope.SITE, "water at {site}"
    CAPITAL_AREA = "capital area", GW, Scope.COUNTRY, "IT power in the {place}"
    COUNTRY_SHARE = "country share", GW, Scope.COUNTRY, "the country's share of IT power", "", MOVES
    GRID_TIER = "grid tier", GW, Scope.SITE, "grid connection at {site}, {part}", "grid connection"
    CONNECTION_YEAR = (
        *("connection year", GW, Scope.SITE, "grid connection at {site}, {part}"),
        *("grid not yet connected", LATE),
    )
    CURTAILABLE = "curtailable grid", GW, Scope.SITE, "curtailable connection at {site}", "curtailable connection"
    ZONE_HEADROOM = "zone headroom", GW, Scope.ZONE, "new grid connection in zone {place}", "headroom of {place}"
    SIGNED = "signed connections", GW, Scope.DESIGN, "connections signed with {place}"
    INTERRUPTIBLE = "interruptible room", GW, Scope.ZONE, "interruptible connections in zone {place}"
    RENEWABLE_LAND = "renewable land", GW, Scope.SITE, "land for {part} at {site}", "land for sun or wind"
    FIRM_SUPPLY = "firm supply", GW, Scope.SITE, "firm supply at {site}", "", FIRM
    REACTOR_ORDERS = "reactor orders", GW, Scope.DESIGN, "orders of {place} that the industry can take"
    REACTORS = "reactors", GW, Scope.DESIGN, "reactors {place} that may stand in {part}"
    MACHINE_SLOTS = "machine slots", GW, Scope.DESIGN, "machines of class {place} that data centers can get"
    PLANT_LIMIT = "plant limit", GW, Scope.SITE, "{part} at {site}"
    STANDBY_SETS = "standby sets", GW, Scope.SITE, "standby sets at {site}"
    GAS_TRANSPORT = "gas transport", TBTU_A_DAY, Scope.COUNTRY, "firm transport of gas in {place}"
    SEND_OUT = "LNG send-out", TBTU, Scope.TERMINAL, "LNG send-out at {place}"
    LIQUEFACTION = "liquefaction", TBTU, Scope.TERMINAL, "LNG from {place}"
    CARBON_CAP = "carbon cap", CO2, Scope.COUNTRY, "the carbon cap"
    CLEAN_SHARE = "clean share", GWH, Scope.COUNTRY, "the clean share: energy that may be fossil", "", MOVES
    HOURLY_CLEAN_SHARE = (
        *("hourly clean share", GW, Scope.SITE, "the hourly clean share: fossil supply at {site}"),
        *("", MOVES),
    )

    @classmethod
    def named(cls, name: str) -> LimitKind:
        """The kind of that name in a plan's table."""
        return next(kind for kind in cls if kind == name)

    @property
    def moves(self) -> bool:
        """Does the limit move with the plan, so that there is no figure of it to tell?"""
        return self.sentence == MOVES


GRID, CURTAILABLE_GRID = "grid", "grid_curtailable"
INTERRUPTIBLE = "interruptible"  # the product of a zone that a curtailable connection buys
SIGNED = "signed"  # the tier of a connection that is signed already
UNSERVED, PAUSED, STANDBY = "unserved", "paused", "standby"
GAS_BURNT = "gas burnt"  # what money is for that any gas plant of a site may have burnt, or may burn
MINIMUM = " minimum"  # ends the name of a plant's output that always runs
GIVEN_LOAD = "load"  # in the place of a chip: one per MW of a load that the scenario gives
EVERYBODY = "all"  # in the place of a country: all members

RESERVED = {
    GRID: "the connection to the grid",
    CURTAILABLE_GRID: "the curtailable connection to the grid",
    UNSERVED: "energy not served",
    STANDBY: "old plants that stand by",
    PAUSED: "energy that pausing chips do not draw",
    GAS_BURNT: "what any plant behind an LNG terminal burnt",
    "load": "a site's load, in the table of hours",
    "charge": "what a battery takes, in the table of hours",
    "discharge": "what a battery gives, in the table of hours",
    "spill": "energy that nobody uses, in the table of hours",
    "price": "the price of energy, in the table of hours",
}
"""Names in the tables of a plan that no plant may have, and what they mean there."""


def reserved(plant: str) -> str | None:
    """What a plant's name already means in the tables of a plan; None if a plant may have it.

    >>> reserved("coal"), reserved("grid"), reserved("paused coal"), reserved("smr minimum")
    (None, 'the connection to the grid', 'energy that pausing chips do not draw', 'output that always runs')
    """
    if plant.startswith(f"{PAUSED} "):
        return RESERVED[PAUSED]
    if plant.startswith(f"{GRID} "):  # products of the power system stand in a site's tables as "grid ..."
        return RESERVED[GRID]
    return "output that always runs" if plant.endswith(MINIMUM) else RESERVED.get(plant)
