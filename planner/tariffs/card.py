"""Tariff cards: one tariff per YAML file in `models/tariffs`, in the currency and the words of its utility.

An hour of the year belongs to one band, named by a letter: `schedule` writes the 24 hours of a kind of day as 24 letters. Energy is charged
by month and band; demand by the highest draw of a month within some bands, with a ratchet and a minimum; both may have several parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, model_validator

from planner.base.constants import MODELS
from planner.base.countries import countries
from planner.base.errors import InputError, unknown_name
from planner.base.money import exchange_rates
from planner.catalog.cards_base import Finite, Kind, Strict, first_problem, load_yaml
from planner.catalog.own_cards import joined

Months = list[Annotated[int, Field(ge=1, le=12)]]
Share = Annotated[float, Field(ge=0, le=1)]
YEAR = list(range(1, 13))
DAYS = {
    "all": ("weekday", "saturday", "sunday"),
    "weekday": ("weekday",),
    "saturday": ("saturday",),
    "sunday": ("sunday",),
    "weekend": ("saturday", "sunday"),
}


class Day(Strict):
    """The bands of a kind of day: 24 letters, hour 0 first, in standard time."""

    months: Months = YEAR
    days: Literal["all", "weekday", "saturday", "sunday", "weekend"] = "all"
    hours: Annotated[str, Field(pattern=r"^\S{24}$")]


class Charge(Strict):
    """A price with where it comes from."""

    name: str
    value: Finite
    source: str = Field(min_length=3)
    kind: Kind
    low: Finite | None = None
    high: Finite | None = None
    months: Months = YEAR


class EnergyCharge(Charge):
    """Per kWh, in the hours of some bands; a rider names none and holds for all."""

    bands: str | None = None


class DemandCharge(Charge):
    """Per kW and month, on the billing demand.

    bands : hours in which the demand is measured; none named: all. ratchet : share of the highest demand of `ratchet_months` within the
    last twelve months that is billed at least. minimum : share of the contracted demand that is billed at least (minimum take).
    """

    bands: str | None = None
    ratchet: Share = 0.0
    ratchet_months: Months = YEAR
    minimum: Share = 0.0


class Contract(Strict):
    """How long a customer is bound: contracted demand by year of a ramp, years, and what leaving costs."""

    from_mw: float = Field(default=0.0, ge=0)
    years: float = Field(default=1.0, ge=0)
    ramp: list[Share] = Field(
        default_factory=list
    )  # share of the contracted demand that counts in the first years; then all of it
    exit_from_year: float | None = None  # a customer may leave after so many years ...
    exit_fee_years: float = Field(default=0.0, ge=0)  # ... by paying the minimum charges of so many
    source: str = Field(min_length=3)
    kind: Kind

    def share(self, year: int | None) -> float:
        """Share of the contracted demand that counts in a year of the contract (1 is the first); None: after the ramp."""
        return 1.0 if year is None or year > len(self.ramp) else self.ramp[year - 1]


def _country(code: str, info: ValidationInfo) -> str:
    """Raises ValueError for a country that neither `data/countries.yaml` nor the scenario knows."""
    known = (info.context or {}).get("countries") or countries()
    if code not in known:
        raise ValueError(f"unknown country; one of {', '.join(known)}")
    return code


def _currency(code: str, info: ValidationInfo) -> str:
    """Raises ValueError for a currency that neither `data/money.csv` nor the scenario has a rate of."""
    known = ["USD", *((info.context or {}).get("rates") or exchange_rates())]
    if code not in known:
        raise ValueError(f"unknown currency; one of {', '.join(known)}")
    return code


class TariffCard(Strict):
    """One tariff. Money is that of `money_year` in `currency`, without taxes."""

    name: str
    title: str
    country: Annotated[str, AfterValidator(_country)]
    utility: str
    currency: Annotated[str, AfterValidator(_currency)]
    money_year: int
    in_force: str
    licence: str
    notes: str | None = None
    bands: dict[Annotated[str, Field(pattern=r"^\S$")], str]  # letter: what the band is called
    schedule: list[Day] = Field(min_length=1)
    energy: list[EnergyCharge] = Field(default_factory=list)
    demand: list[DemandCharge] = Field(default_factory=list)
    fixed: list[Charge] = Field(default_factory=list)  # per month
    contract: Contract | None = None

    @property
    def charges(self) -> list[tuple[Charge, str]]:
        """Every charge, with what it is paid per."""
        every: list[tuple[Charge, str]] = [(charge, "kWh") for charge in self.energy]
        every += [(charge, "kW-month") for charge in self.demand]
        return every + [(charge, "month") for charge in self.fixed]

    @model_validator(mode="after")
    def _every_hour_has_one_band(self) -> TariffCard:
        seen: set[tuple[int, str]] = set()
        for day in self.schedule:
            strange = sorted(set(day.hours) - set(self.bands))
            if strange:
                raise ValueError(f"the schedule names bands that are not there: {', '.join(strange)}")
            for key in ((month, kind) for month in day.months for kind in DAYS[day.days]):
                if key in seen:
                    raise ValueError(f"the schedule gives the {key[1]}s of month {key[0]} twice")
                seen.add(key)
        missing = [(m, d) for m in YEAR for d in DAYS["all"] if (m, d) not in seen]
        if missing:
            raise ValueError(f"the schedule leaves out the {missing[0][1]}s of month {missing[0][0]}")
        named: list[EnergyCharge | DemandCharge] = [*self.energy, *self.demand]
        for charge in named:
            strange = sorted(set(charge.bands or "") - set(self.bands))
            if strange:
                raise ValueError(f"'{charge.name}' names bands that are not there: {', '.join(strange)}")
        if not (self.energy or self.demand or self.fixed):
            raise ValueError("a tariff charges nothing")
        return self


def read_tariff(path: Path, known: Mapping[str, Any] | None = None) -> TariffCard:
    """A tariff card from a file of the user's own. InputError with file and key if it cannot be used.

    known : `countries` and `rates` (local money per USD) of a scenario that brings its own.
    """
    content = load_yaml(path)
    try:
        return TariffCard.model_validate(content, context=known)
    except ValidationError as problem:
        fields = [name for model in (TariffCard, Contract, Day, DemandCharge) for name in model.model_fields]
        raise first_problem(problem, path, fields) from problem


def tariffs() -> dict[str, TariffCard]:
    """The cards of `models/tariffs` and the user's own, by name."""
    return joined("tariffs", _ours(), _read_folder)


@cache
def _ours() -> dict[str, TariffCard]:
    return _read_folder(MODELS / "tariffs")


def _read_folder(folder: Path) -> dict[str, TariffCard]:
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        card = read_tariff(path)
        if card.name != path.stem:
            raise InputError(
                "a card has the name of its file", file=path, key="name", value=card.name, expected=path.stem
            )
        found[card.name] = card
    return found


def tariff(name: str) -> TariffCard:
    """A tariff of the catalog by name, or the card in a file of that name."""
    if name in tariffs():
        return tariffs()[name]
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return read_tariff(path)
    raise unknown_name("tariff", name, tariffs())
