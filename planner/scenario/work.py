"""What is to be served: fleets of chips, or work from which the plan picks the chips; and which chips can be bought."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from planner.scenario.figures import Country, Figure, Name, Section, Series, problem

DEMANDS = {
    "tokens": "token/day",
    "compute": "FLOP/year",
    "images": "image/day",
    "videos": "video/day",
    "streams": "stream",
}


class Fleet(Section):
    """Chips that stand whatever the plan says: count by owner, chip and stage."""

    owner: Country = Field(description="country whose chips these are")
    chip: Name = Field(description="accelerator card (planner chips list)")
    workload: Name = Field(description="use that the chips serve (a workload card)")
    count: Annotated[Series, Figure("chip")] = Field(description="chips standing, by stage")
    site: Name | None = Field(default=None, description="site where they stand; default: the plan chooses")


class Workload(Section):
    """Work by owner and use. Exactly one of tokens, compute, images, videos and streams says how much."""

    owner: Country = Field(description="country whose work it is")
    use: Name = Field(description="workload card: its profile, tokens per request, model and flexibility")
    name: Name = Field(
        default_factory=lambda data: f"{data.get('owner', '')}-{data.get('use', '')}".lower(),
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
    value: Annotated[float, Figure("USD")] | None = Field(
        default=None,
        description="cost of late compute, USD per H100-hour equivalent; default: late_compute_usd_per_h100_hour",
    )

    @property
    def demand(self) -> tuple[str, Series]:
        """Which of tokens, compute, images, videos and streams is given, and its series."""
        return next((kind, getattr(self, kind)) for kind in DEMANDS if getattr(self, kind) is not None)

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
    default_allowed: list[Name] = Field(
        default_factory=list, description="chips that a workload without a list of its own may use"
    )
