"""The data of one planning problem, free of YAML, tables and solvers.

Units: GW, GWh, thousand chips, TBtu (HHV), kt CO2, M USD of 2023. So USD/kW is M USD/GW, USD/MMBtu is M USD/TBtu, and USD/MWh
is a thousandth of M USD/GWh. Arrays over stages have one entry per stage, arrays over hours one per modelled hour (UTC order).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.base.arrays import Array
from planner.instance.gas_chain import ExportTerminal, GasSource, ImportTerminal
from planner.instance.markets import Markets
from planner.instance.system import PowerSystem
from planner.tariffs import TariffCard
from planner.timeline import Stage, Timeline


@dataclass(frozen=True)
class GridTier:
    """A slice of grid connection at a site: how much by stage (0 before its connection year), what reinforcement it needs."""

    name: str
    gw: Array
    first_year: int
    annual_cost: float  # M USD per GW and year: annuity of the reinforcement


@dataclass(frozen=True)
class Contract:
    """Connections that are signed, or published as room: GW by stage that some sites of a zone share."""

    name: str
    zone: str
    sites: tuple[str, ...]
    gw: Array


@dataclass(frozen=True)
class Site:
    """A place where a campus may stand.

    Hourly arrays: `price` M USD/GWh of grid energy in the base year, `carbon` kt/GWh, `pue` and `capacity_factor` by name,
    `derate` the fraction of rated output that a gas turbine keeps in that hour's heat.
    """

    name: str
    title: str
    country: str
    zone: str
    lat: float
    lon: float
    utc_offset_h: float
    land_limit_gw: float  # IT power that fits; infinite: no limit, as that of a tier
    price: Array
    price_scale: Array  # by stage
    carbon: Array
    carbon_scale: Array  # by stage
    clean_grid: Array  # by stage: share of grid energy from clean sources
    derate: Array
    pue: dict[str, Array]
    design_pue: dict[str, float]
    wue: dict[str, float]  # litres per kWh of IT, annual mean
    capacity_factor: dict[str, Array]
    renewable_limit_gw: dict[str, float]
    tiers: tuple[GridTier, ...]
    capacity_charge: float  # M USD per GW of connection and year, before what auctions add
    shell_capex: float  # M USD per GW of IT power, shell with mechanical and electrical plant
    site_om: float  # M USD per GW of IT power and year
    capex_factor: dict[str, float]  # by technology, against the base cost; 1 where not named
    gas: str | None  # name of the gas source, None without gas
    smr_allowed: bool = True
    capital_area: bool = False
    water_price: float = 0.0  # M USD per million litres
    water_cap: float | None = None  # million litres per year, in a stressed basin
    campus_cost: float = 0.0  # M USD per year of a campus at the site, whatever its size
    fixed_om_factor: dict[str, float] = field(default_factory=dict)  # by technology, as capex_factor
    capacity_adder: Array | None = None  # by stage: what capacity auctions add to the charge
    first_year: int = 0  # nothing but what stands already can stand before it
    existing_gw: float = 0.0  # IT power whose building stands already, paid for
    committed_gw: Array | None = None  # by stage: IT power that must stand

    def charge(self, stage: int) -> float:
        """Charge on a GW of connection, M USD a year."""
        return self.capacity_charge + (0.0 if self.capacity_adder is None else float(self.capacity_adder[stage]))


@dataclass(frozen=True)
class Technology:
    """A way to power a campus behind the meter. `kind` is thermal, nuclear, must_take, storage or backup."""

    name: str
    title: str
    kind: str
    fuel: str | None  # gas, uranium, diesel, None
    capex: Array  # by stage, overnight, M USD/GW (storage: of power)
    energy_capex: Array  # by stage, storage only, M USD/GWh
    fixed_om: float  # M USD/GW-year
    variable_om: float  # M USD/GWh
    heat_rate: float  # TBtu/GWh HHV
    fuel_price: float  # M USD/TBtu; 0 when the fuel model prices it
    co2: float  # kt per TBtu of fuel
    life: float  # years
    lead_years: float
    construction_factor: float  # interest during construction
    first_year: int
    min_output: float  # share of capacity that runs always (nuclear), free to spill
    availability: float  # 1 - forced - planned outage
    firm: float  # share of capacity that counts as firm at the site, after spare units
    unit_gw: float
    charge_efficiency: float = 1.0
    discharge_efficiency: float = 1.0
    units_per_year: float = float("inf")  # reactors that the order book can take per year
    learning_rate: float = 0.0
    heat_derated: bool = False
    countries: tuple[str, ...] = ()  # where it may stand; none named: everywhere
    zones: tuple[str, ...] = ()  # grid zones of sites where it may stand; none named: everywhere in its countries
    limit_gw: float | None = None  # the largest capacity at a site; None: what its load could use
    rate: float | None = None  # real rate of its owner; None: the plan's
    credit: dict[str, Array] = field(default_factory=dict)  # country -> share of the investment that it pays, by stage
    own: bool = False  # the scenario's own: it costs everywhere what the scenario says
    firm_hours: float = 0.0  # storage: hours of content at which all of `firm` counts, and less with less

    def paid(self, country: str, stage: int) -> float:
        """Share of the investment that the owner pays after credits."""
        return 1.0 - float(self.credit[country][stage]) if country in self.credit else 1.0

    def stands_in(self, country: str) -> bool:
        """May it stand in a country?"""
        return not self.countries or country in self.countries

    def stands_at(self, site: Site) -> bool:
        """May it stand at a site, by its country and grid zone?"""
        return self.stands_in(site.country) and (not self.zones or site.zone in self.zones)


@dataclass(frozen=True)
class Pair:
    """A kind of work on a chip: what one thousand chips do and draw (IT power at the node wall with fabric and storage)."""

    chip: str
    work_per_khour: float  # work units per thousand chips and hour at planned utilisation
    active_gw: float  # GW per thousand chips at work
    idle_gw: float
    provision_gw: float  # to be connectable
    cooling: str
    basis: str
    power_rse: float


@dataclass(frozen=True)
class Work:
    """Demand for one kind of work by one owner.

    `shape` is the hourly demand over its mean for interactive work, None for work that may run at any hour of its stage.
    Interactive work needs chips for the year's peak hour, modelled or not; the rest of the time replicas idle.
    """

    name: str
    owner: str
    use: str
    unit: str
    demand: Array  # work units per year, by stage
    value: float  # M USD per work unit: value of late compute
    shape: Array | None
    shape_name: str
    pairs: tuple[Pair, ...]
    sites: frozenset[str]  # where latency and law let it run
    home_share: float = 0.0
    pausable: float = 0.0  # share of its active chips that may pause in an hour
    restart_overhead: float = 0.0  # extra work lost per pause, share of its length
    # site -> M USD per unit of work carried there and back
    delivery_cost: dict[str, float] = field(default_factory=dict)
    coincident: bool = False  # does what is provided for it follow its shape (a load as such, which is no chips)?
    must_serve: bool = False  # prescribed fleets stand, whatever they cost
    year_peak: float = 0.0  # the year's largest hour over its mean; 0: the largest modelled hour
    block_gw: float = (
        0.0  # IT power that a site builds for it at a time, in whole blocks where units are whole; 0: any amount
    )

    homes: tuple[str, ...] = ()  # countries in which its users live; none named: the owner is one

    def at_home(self, country: str) -> bool:
        """Does work in a country run at home?"""
        return country in (self.homes or (self.owner,))

    @property
    def peak(self) -> float:
        """Demand of the busiest hour over the mean; 1 for work that may wait."""
        return 1.0 if self.shape is None else max(self.year_peak, float(self.shape.max()))


@dataclass(frozen=True)
class Facility:
    """A shared facility with a fixed cost: its site is chosen by the plan."""

    name: str
    annual_cost: dict[str, float]  # country -> M USD per year if it stands there
    first_year: int
    needed_by: tuple[str, ...]  # kinds of use


@dataclass(frozen=True)
class Policy:
    """Limits and prices set by governments, by stage."""

    carbon_price: dict[str, Array]  # country -> M USD/kt on stack emissions
    carbon_cap: dict[str, Array]  # country or "all" -> kt per year, stack and grid
    clean_share: dict[str, Array]  # country or "all" -> share of facility energy from clean sources, annual
    country_share: dict[str, Array]  # country -> largest share of the IT power
    hourly_clean_share: dict[str, Array] = field(
        default_factory=dict
    )  # country or "all" -> the same at every site in every hour
    capital_area_limit: Array | None = None  # GW of IT power in a country's capital area
    pue_limit: dict[str, Array] = field(
        default_factory=dict
    )  # country -> highest annual mean PUE of chips that stand there


@dataclass(frozen=True)
class Used:
    """What a problem was made of: tables by file, sites whose figures it has (its own and its neighbours'), tariff cards by zone."""

    tables: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    tariffs: tuple[tuple[str, TariffCard], ...] = ()


@dataclass(frozen=True)
class Inputs:
    """One planning problem."""

    name: str
    countries: tuple[str, ...]
    stages: tuple[Stage, ...]
    base_year: int
    discount_rate: float
    timeline: Timeline
    sites: dict[str, Site]
    technologies: dict[str, Technology]
    work: dict[str, Work]
    chip_cost: dict[str, Array]  # chip -> M USD per thousand, by stage, with its share of servers, fabric and storage
    chip_life: float  # years
    chip_first_year: dict[str, int]
    chip_supply: dict[tuple[str, str], Array]  # (chip, country or "all") -> thousand chips that can be bought per stage
    shell_life: float  # years
    zone_limit: dict[str, Array]  # zone -> GW of new grid connection by stage
    gas: dict[str, GasSource]
    terminals: dict[str, ImportTerminal]
    exporters: dict[str, ExportTerminal]
    contract_years: float  # years
    lng_tbtu_per_mt: float  # heat of LNG: TBtu per Mt = MMBtu per t, higher heating value
    policy: Policy
    facilities: tuple[Facility, ...]
    reserve_margin: float
    unserved_energy_cost: float  # M USD/GWh
    pause_cost: Array  # by stage, M USD per GWh of IT energy not used: the lost work bought elsewhere
    contract_buyers: tuple[str, ...]  # who may hold LNG contracts; the others buy spot
    pooled: frozenset[str] = frozenset({"sites", "lng", "smr_orders", "chips", "testbed"})
    capex_learning: dict[tuple[str, str], Array] = field(default_factory=dict)  # (design, country) -> factor by stage
    labels: dict[str, str] = field(default_factory=dict)  # country -> its name in messages
    grid: bool = True
    integer: bool = False  # whole reactor modules and campuses
    curtailable_share: float = 0.0  # share of a site's tiers that may be connected early and cut in the dearest hours
    curtailable_hours: float = 0.0  # hours a year in which such a connection is cut
    signed: tuple[Contract, ...] = ()
    interruptible_limit: dict[str, Array] = field(
        default_factory=dict
    )  # zone -> GW of curtailable connections, by stage
    notes: tuple[str, ...] = ()  # what a reader should know of these inputs, in words
    used: Used = field(default_factory=Used)

    markets: Markets = field(default_factory=Markets)
    system: PowerSystem | None = None  # None: the grid is a tariff
    grid_technologies: dict[str, Technology] = field(default_factory=dict)  # that the grid of a zone may build

    @property
    def years(self) -> list[int]:
        return [stage.year for stage in self.stages]

    def gas_at(self, site: str) -> GasSource:
        """Where the gas of a site that has some comes from."""
        return self.gas[self.sites[site].gas or ""]

    def gas_account(self, site: str) -> bool:
        """Is the gas of a site an account of its hours, priced by the year: LNG, or a division's supply curve?"""
        source = self.gas.get(self.sites[site].gas or "")
        if source is None:
            return False
        return source.kind == "terminal" or (self.markets.gas is not None and source.name in self.markets.gas.divisions)
