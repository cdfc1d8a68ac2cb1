"""`planner grid list|show|validate|slope`: the power system around the sites, and how well it reproduces measured facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.base.text import fixed, percent, signed

if TYPE_CHECKING:
    from planner.catalog.system import PowerSystem

grid = typer.Typer(help="The power system around the sites: zones, fleets, dispatch.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Write the rows to this file.")]
Data = Annotated[Path | None, typer.Option(help="A folder of your own tables, with `system/` in it; default: ours.")]
Year = Annotated[int, typer.Option(min=2022, max=2050, help="Year of fleet, load and fuel.")]
Zone = Annotated[str, typer.Argument(help="A zone (planner grid list).")]


@grid.command("list")
def list_zones(data: Data = None, as_json: AsJson = False) -> None:
    """List the zones of the power system, as `zones`, `links`, `grid.zones` and the `zone` of a site name them, with load and fleet."""
    from planner.catalog.system import power_system
    from planner.cli.show import show

    system = power_system(data)
    standing = system.fleet.groupby("zone")["mw_2024"].sum() / 1000
    rows = [
        {
            "zone": name,
            "name": zone["name"],
            "country": zone["country"],
            "market": zone["market"],
            "energy_twh": float(system.load_mw[str(name)].sum() / 1e6),
            "peak_gw": float(system.load_mw[str(name)].max() / 1000),
            "fleet_gw": float(standing.get(name, 0.0)),
            "sites": len(str(zone["sites"]).split()),
        }
        for name, zone in system.zones.iterrows()
    ]
    show("zones", rows, as_json)


@grid.command("show")
def show_zone(zone: Zone, year: Year = 2024, data: Data = None, as_json: AsJson = False) -> None:
    """Show a zone: its plants in a year with what they cost and emit, its stores, its lines and what wider ones cost."""
    from planner.catalog.system import power_system
    from planner.cli.show import show
    from planner.grid.assemble import system_year

    system = power_system(data)
    _known(zone, system)
    built = system_year(system, year)
    own = next(z for z in built.zones if z.zone == zone)
    plants = [
        {
            "plant": plant,
            "fuel": fuel or None,
            "mw": float(own.bands.capacity_mw[at]),
            "cost_usd_per_mwh": float(own.bands.cost_usd_per_mwh[at]),
            "co2_kg_per_mwh": float(own.bands.co2_kg_per_mwh[at]),
            "availability": float(own.bands.availability[at]),
            "most_yearly_share": float(own.bands.most_yearly_share[at]),
            "least_share": float(own.bands.least_share[at]),
        }
        for at, (plant, fuel) in enumerate(zip(own.bands.plant, own.bands.fuel, strict=True))
    ]
    taken = [{"must_take": kind, "twh": float(mw.sum() / 1e6)} for kind, mw in own.must_take_mw.items()]
    if own.hydro_most_mw:
        taken.append({"must_take": "hydro by the day", "twh": float(own.hydro_mwh.sum() / 1e6)})
    stores = [vars(store) for store in own.stores]
    lines = [vars(line) for line in built.lines if zone in (line.from_zone, line.to_zone)]
    wider = _wider(zone, system)
    if as_json:
        answer = {"zone": zone, "year": year, "plants": plants, "must_take": taken, "stores": stores, "lines": lines}
        answer["new_lines"] = wider
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    title = f"{zone}, {system.zones.at[zone, 'name']}, {year}"
    told = (("plants", plants), ("must-take", taken), ("stores", stores), ("lines", lines), ("wider lines", wider))
    for label, rows in told:
        if rows:
            show(f"{title}: {label}", rows, as_json=False)


def _wider(zone: str, system: PowerSystem) -> list[dict[str, Any]]:
    """What `grid: {new_links: true}` may add to the lines of a zone."""
    rows = system.new_links.reset_index()
    keys = ["from_zone", "to_zone", "usd_per_kw", "low", "high", "first_year", "first_mw", "mw_per_year", "kind"]
    own = rows[(rows["from_zone"] == zone) | (rows["to_zone"] == zone)]
    return [{str(key): value for key, value in row.items()} for row in own[keys].to_dict("records")]


@grid.command("validate")
def validate(
    every: Annotated[int, typer.Option(min=1, max=97, help="Dispatch every so manyth hour.")] = 5,
    data: Data = None,
    json_out: JsonOut = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print as the table of the README.")] = False,
) -> None:
    """Hold the dispatch against measured facts: fuel mix, price, carbon, exchange by area."""
    from rich.console import Console

    from planner.catalog.system import measured, power_system
    from planner.cli.show import show
    from planner.grid.compared import markdown
    from planner.grid.validate import compare

    with Console(stderr=True).status("reading the power system") as status:
        rows = compare(power_system(data), measured(data), every, lambda what: status.update(f"dispatching {what}"))
    if json_out is not None:
        fields = ("area", "year", "quantity", "model", "measured", "error", "unit", "goal", "within")
        _write(json_out, [{field: getattr(row, field) for field in fields} for row in rows])
    if as_markdown:
        typer.echo(markdown(rows))
        return
    told = [
        {
            "area": row.area,
            "year": row.year,
            "quantity": row.quantity,
            "model": fixed(row.model, 1),
            "measured": fixed(row.measured, 1),
            "error": f"{signed(fixed(row.error, 1))} TWh" if row.absolute else signed(percent(row.error, 1)),
            "goal met": {True: "yes", False: "no", None: ""}[row.within],
        }
        for row in rows
    ]
    show("model and measured", told, as_json=False)


@grid.command("slope")
def show_slope(
    zone: Zone,
    add: Annotated[str, typer.Option(help="Flat loads to add, GW, with commas between.")] = "1,5,10",
    year: Year = 2024,
    with_growth: Annotated[
        bool, typer.Option("--with-new-data-centers", help="Load as the outlooks see it, new data centers in it.")
    ] = False,
    every: Annotated[int, typer.Option(min=1, max=97, help="Dispatch every so manyth hour.")] = 5,
    data: Data = None,
    json_out: JsonOut = None,
) -> None:
    """What a flat load does to a zone's price, and to cost and carbon of the system it hangs in."""
    from rich.console import Console

    from planner.catalog.system import power_system
    from planner.cli.show import show
    from planner.grid.assemble import system_year
    from planner.grid.slope import slope

    loads = _loads(add)
    with Console(stderr=True).status("reading the power system") as status:
        system = power_system(data)
        _known(zone, system)
        country = system.zones["country"] == system.zones.at[zone, "country"]
        built = system_year(system, year, [str(name) for name in system.zones.index[country]], with_growth)
        found = slope(built, zone, loads, every, lambda what: status.update(f"dispatching {what}"))
    rows = [vars(row) for row in found]
    if json_out is not None:
        _write(json_out, rows)
    show(f"{zone}, {year}: response to flat load", rows, as_json=False)


def _known(zone: str, system: PowerSystem) -> None:
    """Raises InputError for a zone that does not exist."""
    from planner.base.errors import unknown_name

    if zone not in system.zones.index:
        raise unknown_name("zone", zone, [str(name) for name in system.zones.index], file=system.folder / "zones.csv")


def _loads(text: str) -> list[float]:
    """Loads in GW from text with commas, or an InputError."""
    from planner.base.errors import InputError

    try:
        loads = [float(part) for part in text.split(",")]
    except ValueError:
        loads = []
    if not loads or not all(0.0 <= load <= 1000.0 for load in loads):  # what is no number is in no range
        raise InputError(
            "the loads cannot be read", key="--add", value=text, expected="GW of 0 to 1,000, such as 1,5,10"
        )
    return loads


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    """The rows as JSON, or an InputError where nothing can be written."""
    from planner.base.errors import InputError

    try:
        path.write_text(json.dumps({"rows": rows}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write the rows: {error.strerror}", key="--json", value=path) from error
