"""What is to be served: fleets of chips, or work from which the plan picks the chips; and which chips can be bought."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from planner.scenario.country import Country
from planner.scenario.figures import Figure, Name, Section, Series, problem
from planner.scenario.inline import LOAD, ChipUse, Hourly, HourlyFigure

DEMANDS = {
    "tokens": "token/day",
    "compute": "FLOP/year",
    "images": "image/day",
    "videos": "video/day",
    "streams": "stream",
    "load": "MW",
    "work": "1/year",
}


class Fleet(Section):
    """Chips that stand whatever the plan says: count by owner, chip and stage."""

    owner: Country = Field(description="country whose chips these are")
    chip: Name = Field(description="accelerator card (planner chips list)")
    workload: Name = Field(description="use that the chips serve (a workload card)")
    count: Annotated[Series, Figure("chip")] = Field(description="chips standing, by stage")
    site: Name | None = Field(default=None, description="site where they stand; default: the plan chooses")


class Workload(Section):
    """Work by owner and use. Exactly one of tokens, compute, images, videos, streams, load and work says how much.

    Without a workload card: `load` is a load in MW; any other demand then needs `chip_use`.
    """

    owner: Country = Field(description="country whose work it is")
    use: Name | None = Field(
        default=None,
        description="workload card: its profile, tokens per request, model and flexibility; not with load or chip_use",
    )
    name: Name = Field(
        default_factory=lambda data: f"{data.get('owner', '')}-{data.get('use') or 'work'}".lower(),
        description="name in tables; default: owner-use",
    )
    model: Name | None = Field(default=None, description="model served; default: that of the workload card")
    tokens: Annotated[Series, Figure("token/day")] | None = Field(
        default=None, description="output tokens per day, by stage"
    )
    compute: Annotated[Series, Figure("FLOP/year")] | None = Field(
        default=None, description="training operations per year, by stage"
    )
    images: Annotated[Series, Figure("image/day")] | None = Field(
        default=None, description="images made per day, by stage"
    )
    videos: Annotated[Series, Figure("video/day")] | None = Field(
        default=None, description="videos made per day, by stage"
    )
    streams: Annotated[Series, Figure("stream")] | None = Field(
        default=None, description="concurrent streams at the mean hour (robots, agents), by stage"
    )
    load: Annotated[Series, Figure("MW")] | None = Field(
        default=None, description="mean IT load as such, by stage; its unit of work is the MWh"
    )
    work: Annotated[Series, Figure("1/year")] | None = Field(
        default=None, description="units of work of your own per year, by stage"
    )
    work_unit: Name = Field(default="units", description="what a unit of work is called, for `work`")
    chip_use: ChipUse | None = Field(default=None, description="what a chip does and draws, in place of cards")
    shape: Annotated[Hourly, HourlyFigure("")] | None = Field(
        default=None,
        description="demand by hour over its mean (any scale), without a card; default: the work runs flat",
    )
    delivery_cost: dict[Name, Annotated[float, Figure("USD")]] = Field(
        default_factory=dict,
        description="site: cost of carrying a unit of work there and back, USD; not named: 0",
    )
    chips: list[Name] | None = Field(
        default=None, min_length=1, description="chips allowed; default: chips.default_allowed"
    )
    profile: Name | None = Field(default=None, description="hour-of-week profile; default: that of the workload card")
    max_latency: Annotated[float, Figure("ms")] | None = Field(
        default=None, description="largest round trip to the owner's users; default: that of the workload card"
    )
    home_share: Annotated[float, Figure("", 0, 1)] = Field(
        default=0.0, description="share that must run in the owner's country"
    )
    shift: Literal["none", "site", "anywhere"] | None = Field(
        default=None,
        description="may the work wait: none, at its site, or moving anywhere; default: that of the workload card",
    )
    pausable: Annotated[float, Figure("", 0, 1)] | None = Field(
        default=None, description="share of active chips that may pause in an hour; default: that of the workload card"
    )
    block: Annotated[float, Figure("MW", 1e-3)] | None = Field(
        default=None,
        description="IT power that a site builds for the work in whole blocks of this much (training by the hall or campus) with "
        "solve.integer; else any part of a block; null: no blocks",
    )
    value: Annotated[float, Figure("USD")] | None = Field(
        default=None,
        description="cost of late compute, USD per H100-hour equivalent; default: late_compute_usd_per_h100_hour. "
        "Without a card: USD per unit of work not done; default: all of it must be done",
    )

    @property
    def demand(self) -> tuple[str, Series]:
        """Which of the demands is given, and its series."""
        return next((kind, getattr(self, kind)) for kind in DEMANDS if getattr(self, kind) is not None)

    @property
    def own_chip(self) -> ChipUse | None:
        """What a chip does and draws where the scenario says it itself; None where cards say it."""
        if self.demand[0] == "load" and self.chip_use is None:
            return LOAD
        if self.chip_use is None or self.chip_use.chip is not None:
            return self.chip_use
        return self.chip_use.model_copy(update={"chip": f"{self.name} chip"})

    @model_validator(mode="after")
    def _one_demand(self) -> Workload:
        given = [kind for kind in DEMANDS if getattr(self, kind) is not None]
        if len(given) != 1:
            found = "none is" if not given else f"{' and '.join(given)} are"
            expected = f"exactly one of {', '.join(DEMANDS)}"
            raise problem(
                f"a workload needs one demand; {found} given", expected=expected, value=", ".join(given) or None
            )
        return self

    @model_validator(mode="after")
    def _card_or_inline(self) -> Workload:
        kind = self.demand[0]
        if self.own_chip is None:
            if kind == "work":
                raise problem("work without a card needs a chip", at=".chip_use", expected="what a chip does and draws")
            if self.use is None:
                raise problem("missing key 'use'", at=".use", expected="a workload card, or chip_use")
            if self.shape is not None:
                raise problem("a workload card has its own day", at=".shape", expected="profile: a profile's name")
            return self
        for key in ("use", "model", "chips", "profile"):
            if getattr(self, key) is not None:
                message = f"'{key}' belongs to work with a card; this work says itself what a chip does"
                raise problem(message, at=f".{key}", expected="no such key", value=getattr(self, key))
        if self.pausable:
            self._may_pause()
        return self

    def _may_pause(self) -> None:
        """What a pause loses is done again by chips bought for it: they must have a price, and their users must be able to wait."""
        if self.shape is not None:
            expected = "no pausable, or no shape"
            raise problem("work that follows its users cannot pause", at=".pausable", expected=expected)
        if self.chip_use is None or min(value for _, value in self.chip_use.price.points) <= 0:
            message = "a pause without a price of chips would do this work for nothing"
            raise problem(message, at=".pausable", expected="chip_use with a price, or no pausable")


class Chips(Section):
    """Which chips can be bought, how many, and for how much."""

    supply: dict[Name, Annotated[Series, Figure("chip")]] = Field(
        default_factory=dict,
        description="chip: most chips that all members together can buy in a stage period; not named: no limit",
    )
    supply_by_owner: dict[Country, dict[Name, Annotated[Series, Figure("chip")]]] = Field(
        default_factory=dict,
        description="country: chip: most chips that this country can buy in a stage period",
    )
    price: dict[Name, Annotated[Series, Figure("USD")]] = Field(
        default_factory=dict, description="chip: price of one accelerator, by stage; not named: the price on its card"
    )
    lifetime: Annotated[float, Figure("year", 1, 30)] = Field(default=5.0, description="years that a chip stands")
    errors: Literal["low", "central", "high"] = Field(
        default="central",
        description="end of the stated errors of chips; high: one standard error more watts and less work, low: the other way round",
    )
    default_allowed: list[Name] = Field(
        default_factory=list, description="chips that a workload without a list of its own may use"
    )
