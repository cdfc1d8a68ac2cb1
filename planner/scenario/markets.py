"""What markets can give, at which price and on which terms: gas, transport, machines, reactors, contracts, money.

Everything is off unless it is asked for. A level names the column of the table in `data/supply/`: the low, central or high end of the
figure itself, so that few slots and a flat price of gas are both `low`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from planner.scenario.figures import Figure, Section, problem

Level = Literal["low", "central", "high"]
LEVELS: tuple[Level, ...] = ("low", "central", "high")


class Market(Section):
    """A level by name, or a level and a factor on the figures: `low`, or `{level: low, scale: 1.2}`."""

    level: Level = Field(default="central", description="low, central or high end of the figures")
    scale: Annotated[float, Figure("", 0, 100)] = Field(default=1.0, description="factor on the figures")

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, data: Any) -> Any:
        if isinstance(data, Mapping | cls):
            return data
        if data not in LEVELS:
            raise problem("this is not a level", expected="low, central or high, or {level, scale}", value=data)
        return {"level": data}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        written = handler(core)
        place = handler.resolve_ref_schema(written)
        whole = dict(place)
        place.clear()
        place.update({"anyOf": [{"type": "string", "enum": list(LEVELS)}, whole]})
        return written


class Markets(Section):
    """Limits, prices and terms of the markets that a plan buys in; null: not looked at."""

    gas: Market | None = Field(
        default=None,
        description="US gas by supply curves: a division's price and Henry Hub rise with what plants burn and ships lift; high: steep",
    )
    gas_base: Market | None = Field(
        default=None,
        description="factor on the base price of US gas; high: AEO2025's low-supply case, 1.4 to 2.1 times",
    )
    pipelines: Market | None = Field(
        default=None,
        description="firm transport of gas by US division: limited, signed for 25 years, paid whether used or not, in place of a lateral",
    )
    turbine_slots: Market | None = Field(
        default=None,
        description="turbines, engines and fuel cells that data centers can get by class since 2026; some more at a premium",
    )
    reactors: Market | None = Field(
        default=None,
        description="reactors that can stand by design, country and year, from the first year in the country",
    )
    grid_contracts: Level | None = Field(
        default=None, description="minimum take, years and exit fee of US grid connections; low: mild terms"
    )
    capacity_price: Market | None = Field(
        default=None, description="what capacity auctions in Japan and PJM add to the charge on a connection"
    )
    capex: Level | None = Field(
        default=None,
        description="low or high path of the overnight costs on the cards of power; null or central: their own",
    )
    credits: bool = Field(
        default=False, description="US investment credits, for plants begun or in service in their window"
    )
    owner_rates: Level | None = Field(
        default=None, description="plants pay the real rate of a private owner by class, in place of discount_rate"
    )
    carbon_price: Market | None = Field(
        default=None,
        description="carbon price paths of Korea and Japan, where policy.carbon_price does not name the country",
    )
    standby_limit: Annotated[float, Figure("MW")] | None = Field(
        default=None,
        description="most standby sets (backup plants) at a site, as one air permit allows; null: no limit",
    )
