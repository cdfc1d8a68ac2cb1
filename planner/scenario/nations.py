"""Countries and companies that a scenario brings itself: who they are, how they are drawn, which money they count in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError, model_validator

from planner.base.countries import NEUTRAL, Countries, Frame
from planner.base.countries import Country as Entry
from planner.base.money import exchange_rates
from planner.scenario.country import Country
from planner.scenario.figures import Figure, Name, Section, problem

Kind = TypeVar("Kind", bound=Section)
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,11}$")]
Point = Annotated[list[Annotated[float, Field(ge=-180, le=180)]], Field(min_length=2, max_length=2)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Nation(Section):
    """A country that the tables do not have. Its sites, prices and hours stand in the scenario (`sites.inherit: none`)."""

    label: Name = Field(description="its name in pictures and tables")
    colour: Colour = Field(default=NEUTRAL, description="of its bars and lines, such as #CC79A7")
    clock: Annotated[float, Figure("h", -12, 14)] = Field(description="hours that its users' day is ahead of UTC")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        default="USD", description="currency in which figures may be given"
    )
    per_usd: Annotated[float, Figure("", 1e-6, 1e9)] | None = Field(
        default=None, description="units of that currency per USD of 2023, where money.csv has none"
    )
    corners: Annotated[list[Point], Field(min_length=2)] = Field(
        description="points that its map must hold, each [longitude, latitude]; two are opposite corners of a box"
    )
    centres: list[Point] = Field(
        default_factory=list,
        description="where its users live, each [longitude, latitude]; needed by work that must be near them",
    )
    scale_km: Annotated[int, Field(ge=1, le=5000)] = Field(default=100, description="length of the map's scale bar")

    @model_validator(mode="after")
    def _has_a_rate(self) -> Nation:
        for key, points in (("corners", self.corners), ("centres", self.centres)):
            if any(abs(lat) > 90 for _, lat in points):
                raise problem("this is no place", at=f".{key}", expected="[longitude, latitude] each")
        if self.currency not in ("USD", *exchange_rates()) and self.per_usd is None:
            raise problem("its currency has no rate", at=".per_usd", expected=f"{self.currency} per USD of 2023")
        return self

    def entry(self) -> Entry:
        """As an entry of the table of countries."""
        corners = tuple((float(lon), float(lat)) for lon, lat in self.corners)
        if len(corners) == 2:
            (west, south), (east, north) = corners
            corners = ((west, south), (east, south), (east, north), (west, north))
        return Entry(
            label=self.label,
            iso3="",
            colour=self.colour,
            clock_h=self.clock,
            currency=self.currency,
            renewable_land="",
            shell_market="",
            map=Frame(crs="", corners=corners, scale_km=self.scale_km),
            per_usd=self.per_usd or 0.0,
            centres=tuple((float(lon), float(lat)) for lon, lat in self.centres),
        )


class Company(Section):
    """An owner of work that is no country: its users live in several, its campuses stand at sites of these."""

    label: Name = Field(description="its name in pictures and tables")
    colour: Colour = Field(default=NEUTRAL, description="of its bars and lines")
    users: Annotated[list[Country], Field(min_length=1)] = Field(
        description="countries in which its users live, the first one's clock and money are its own"
    )

    def entry(self, known: Countries) -> Entry | None:
        """As an entry of the table of countries; None where its first country is not known."""
        if self.users[0] not in known:
            return None
        home = known[self.users[0]]
        return Entry(
            label=self.label,
            iso3="",
            colour=self.colour,
            clock_h=home.clock_h,
            currency=home.currency,
            renewable_land="",
            shell_market="",
            map=Frame(crs="", corners=(), scale_km=100),
            per_usd=home.per_usd,
            users=tuple(self.users),
        )


def with_own(known: Countries, nations: Mapping[str, Nation], companies: Mapping[str, Company]) -> Countries:
    """The table of countries with those of the scenario before it; a code that both have is the scenario's."""
    own = Countries({code: nation.entry() for code, nation in nations.items()})
    every = Countries(own | {code: entry for code, entry in known.items() if code not in own})
    for code, company in companies.items():
        if (entry := company.entry(every)) is not None:
            every[code] = entry
    return every


def read_own(data: Mapping[str, Any], known: Countries) -> Countries:
    """The same from a scenario that is not checked yet: what cannot be read is left out, and told with everything else."""

    def read(section: str, kind: type[Kind], every: Countries) -> dict[str, Kind]:
        given, found = data.get(section), {}
        for code, entry in given.items() if isinstance(given, Mapping) else ():
            with suppress(ValidationError):
                found[str(code)] = kind.model_validate(entry, context={"countries": every})
        return found

    every = with_own(known, read("nations", Nation, known), {})
    return with_own(every, {}, read("companies", Company, every))
