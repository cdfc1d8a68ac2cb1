"""Whether the tables of a power system fit each other: every name known, every fuel priced, every zone supplied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.base.errors import InputError, unknown_name

if TYPE_CHECKING:
    from planner.catalog.system import PowerSystem


def check(system: PowerSystem, stores: list[str]) -> None:
    """Raises InputError for the first reference that leads nowhere. `stores`: the kinds of plant that are stores."""
    _zones_known(system)
    for name in ("links", "new_links"):
        _links(name, system)
    _profiles(system)
    _fuels(system)
    _supply(system)
    _growth(system)
    _new_stores(system, stores)


def _zones_known(system: PowerSystem) -> None:
    for name in ("fleet", "additions", "storage", "load_growth", "fuel_prices", "past", "new_plants"):
        for zone in getattr(system, name)["zone"]:
            if zone not in system.zones.index:
                raise unknown_name("zone", zone, system.zones.index, file=system.folder / f"{name}.csv", key="zone")


def _links(name: str, system: PowerSystem) -> None:
    path = system.folder / f"{name}.csv"
    for row, link in enumerate(getattr(system, name).itertuples(index=False)):
        for end in ("from_zone", "to_zone"):
            zone = str(getattr(link, end))
            if zone not in system.zones.index:
                key = f"row {row + 2}, column '{end}'"
                error = unknown_name("zone", zone, system.zones.index, file=path, key=key)
                error.message = f"the link {link.from_zone} to {link.to_zone} leads nowhere: unknown zone '{zone}'"
                raise InputError(error.message, file=path, key=key, value=zone, expected=error.expected)
        if link.from_zone == link.to_zone:
            key = f"row {row + 2}"
            raise InputError(
                "a link leads back to its own zone", file=path, key=key, value=link.from_zone, expected="two zones"
            )


def _profiles(system: PowerSystem) -> None:
    for name in ("fleet", "additions"):
        table = getattr(system, name)
        for row, zone, plant, profile in zip(table.index, table["zone"], table["plant"], table["profile"], strict=True):
            if profile and f"{zone}|{profile}" not in system.profiles:
                raise InputError(
                    f"{plant} of {zone} has no hours",
                    file=system.folder / "profiles_hourly.parquet",
                    key=f"{zone}|{profile}",
                    value=f"named in row {row + 2} of {name}.csv",
                    expected=f"a column '{zone}|{profile}' with 8,760 figures per MW, or no profile there",
                )


def _fuels(system: PowerSystem) -> None:
    priced = set(zip(system.fuel_prices["zone"], system.fuel_prices["fuel"], strict=True))
    for name in ("fleet", "additions"):
        table = getattr(system, name)
        for row, zone, plant, fuel, heat in zip(
            table.index, table["zone"], table["plant"], table["fuel"], table["heat_rate_mmbtu_per_mwh"], strict=True
        ):
            if heat > 0 and (zone, fuel) not in priced:
                raise InputError(
                    f"{plant} of {zone} burns {fuel or 'a fuel without a name'}, which has no price there",
                    file=system.folder / "fuel_prices.csv",
                    key=f"row {row + 2} of {name}.csv",
                    value=f"{zone}, {fuel or '(empty)'}",
                    expected=f"a row {zone}, {fuel or 'FUEL'}, YEAR, USD/MMBtu",
                )


def _supply(system: PowerSystem) -> None:
    """A zone without plants must at least be linked."""
    fleet = system.fleet.groupby("zone")["mw_2024"].sum()
    linked = set(system.links["from_zone"]) | set(system.links["to_zone"])
    for zone in system.zones.index:
        if fleet.get(zone, 0.0) <= 0 and zone not in linked:
            raise InputError(
                f"zone {zone} has no supply: no plant of its own and no link",
                file=system.folder / "fleet.csv",
                key="zone",
                value=zone,
                expected="a plant with mw_2024 above 0, or a row in links.csv",
            )


def _growth(system: PowerSystem) -> None:
    for zone in system.zones.index:
        if zone not in set(system.load_growth["zone"]):
            raise InputError(
                f"zone {zone} has no load growth",
                file=system.folder / "load_growth.csv",
                key="zone",
                value=zone,
                expected=f"a row {zone}, YEAR, 1, 1",
            )


def _new_stores(system: PowerSystem, stores: list[str]) -> None:
    """A new store takes hours and efficiency from the standing one of its kind."""
    standing = set(zip(system.storage["zone"], system.storage["plant"], strict=True))
    for zone, plant in zip(system.additions["zone"], system.additions["plant"], strict=True):
        if plant in stores and (zone, plant) not in standing:
            raise InputError(
                f"the new {plant} of {zone} has neither hours nor efficiency",
                file=system.folder / "storage.csv",
                key="zone, plant",
                value=f"{zone}, {plant}",
                expected=f"a row {zone}, {plant} in storage.csv, however small",
            )
