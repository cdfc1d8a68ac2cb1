"""`planner power tariff list|bill|import`: what an electricity tariff charges for a load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from planner.base.text import exact, fixed, percent

tariff = typer.Typer(help="Electricity tariffs: bands, demand charges, minimum take.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@tariff.command("list")
def list_tariffs(as_json: AsJson = False) -> None:
    """List the tariff cards, with what a flat load of 100 MW pays."""
    import numpy as np

    from planner.base.constants import HOURS
    from planner.cli.show import show
    from planner.tariffs import bill, tariffs

    rows = []
    for card in tariffs().values():
        flat = bill(card, np.full(HOURS, 100.0))
        years = card.contract.years if card.contract else 0.0
        row = {"name": card.name, "title": card.title, "country": card.country, "in_force": card.in_force}
        rows.append(row | {"flat_per_kwh": flat.per_kwh, "currency": card.currency, "contract_years": years})
    show("tariffs", rows, as_json)


@tariff.command("bill")
def show_bill(
    card: Annotated[str, typer.Argument(help="A tariff (planner power tariff list), or the YAML file of one.")],
    load: Annotated[
        float, typer.Option(min=0.0, help="Load in every hour, MW; with --profile its highest hour.")
    ] = 100.0,
    profile: Annotated[Path | None, typer.Option(help="CSV with 8,760 hours of load of any scale, one column.")] = None,
    contract: Annotated[
        float | None, typer.Option(min=0.0, help="Contracted demand, MW; default: the highest hour.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1, help="Year of the contract, for its ramp; default: after it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the bill of a year, line by line."""
    from planner.cli.show import show
    from planner.tariffs import bill
    from planner.tariffs import tariff as find
    from planner.tariffs.bill import exit_fee
    from planner.tariffs.profile import yearly_load

    chosen = find(card)
    found = bill(chosen, yearly_load(load, profile), contract, year)
    if as_json:
        lines = {name: months.tolist() for name, months in found.lines.items()}
        demand = {name: months.tolist() for name, months in found.billing_demand_mw.items()}
        totals = {
            "currency": found.currency,
            "total": found.total,
            "per_kwh": found.per_kwh,
            "energy_mwh": found.energy_mwh,
        }
        answer = {"tariff": chosen.name, **totals, "lines": lines, "billing_demand_mw": demand}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    unit = f"million {found.currency}"
    rows = [
        {"line": name, f"{unit} a year": months.sum() / 1e6, "share": percent(months.sum() / found.total, 1)}
        for name, months in found.lines.items()
    ]
    show(chosen.title, rows, as_json=False)
    typer.echo(f"{fixed(found.total / 1e6, 1)} {unit} a year, {exact(found.per_kwh, 4)} {found.currency}/kWh")
    if chosen.contract is not None and chosen.contract.exit_fee_years:
        fee = exit_fee(chosen, found.peak_mw if contract is None else contract)
        typer.echo(f"bound for {exact(chosen.contract.years)} years; leaving early costs {fixed(fee / 1e6, 1)} {unit}")


@tariff.command("import")
def import_tariff(
    file: Annotated[Path, typer.Argument(help="A rate of the OpenEI Utility Rate Database (JSON).")],
    out: Annotated[Path | None, typer.Option(help="Where the card goes; default: its name, here.")] = None,
    label: Annotated[str | None, typer.Option(help="Which rate, where the file holds several.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite.")] = False,
) -> None:
    """Turn a rate of URDB into a tariff card."""
    from planner.base.errors import InputError
    from planner.tariffs import urdb

    card = urdb.read(file, label)
    target = out or Path(f"{card.name}.yaml")
    if target.exists() and not force:
        raise InputError("there is a file of this name already", file=target, expected="another --out, or --force")
    target.write_text(urdb.to_yaml(card), encoding="utf-8")
    typer.echo(f"{target}: {card.title}")
