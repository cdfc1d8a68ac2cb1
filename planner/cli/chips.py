"""`planner chips`: the cards, predictions, a ranking, and the comparison with measurements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.base.text import exact, fixed

if TYPE_CHECKING:
    import pandas as pd

    from planner.chips.service import Service

chips = typer.Typer(help="Chips: their cards, what they do and draw, and how well that is known.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Workload = Annotated[str, typer.Option(help="A workload (models/workloads).")]
Model = Annotated[str | None, typer.Option(help="A language model (models/llm); default: the workload's own.")]
Price = Annotated[float, typer.Option(help="Price of electricity, USD/MWh.", min=0.0)]
Pue = Annotated[float, typer.Option(help="Facility power over IT power.", min=1.0)]


@chips.command("list")
def list_chips(as_json: AsJson = False) -> None:
    """List the chips with their main figures."""
    from planner.catalog.cards import chips as cards

    keys = ("tdp_w", "bf16_dense_tflops", "fp8_dense_tflops", "memory_gb", "bandwidth_gbs", "price_usd")
    rows = [
        {"chip": c.name, "vendor": c.vendor, "country": c.design_country, "year": c.release_year}
        | {key: c.get(key) for key in keys}
        | {"confidence": c.spec_confidence}
        for c in cards().values()
    ]
    _show("chips", rows, as_json)


@chips.command()
def show(name: Annotated[str, typer.Argument(help="The chip.")], as_json: AsJson = False) -> None:
    """Show one chip: every figure with unit, kind and source, and how its predictions are founded."""
    from planner.catalog.cards import chip
    from planner.chips.chipspec import QUANTITIES, basis

    card = chip(name)
    rows = [
        {"figure": key, "value": item.at(), "unit": item.unit, "kind": item.kind, "source": item.source}
        for key, item in card.figures.items()
    ]
    known = ", ".join(f"{quantity} {basis(card, quantity)}" for quantity in QUANTITIES)
    _show(f"{card.title}, {card.vendor}, family {card.family}; predictions: {known}", rows, as_json)


@chips.command("check")
def check_card(
    card: Annotated[Path, typer.Argument(help="The YAML file of a chip of your own.")],
    as_json: AsJson = False,
) -> None:
    """Check a chip's card as ours are, and predict what it does beside the chips nearest to it, with the error of that."""
    from planner.chips.own import checked

    found = checked(card)
    rows = [
        {"workload": job, "chip": name} | _row(service, found.node_chips[name], 70.0, 1.2)
        for job, name, service in found.predictions
    ]
    if as_json:
        typer.echo(
            json.dumps(
                {"chip": found.card.name, "nearest": found.nearest, "notes": found.notes, "rows": rows}, indent=1
            )
        )
        return
    for job in dict.fromkeys(row["workload"] for row in rows):
        _show(f"{job}: {found.card.name} beside its nearest", [row for row in rows if row["workload"] == job], False)
    for note in found.notes:
        typer.echo(f"note: {note}")
    told = f"inputs: {{ models: FOLDER }}, with FOLDER/chips/{card.name}, and chips: {{ default_allowed: [{found.card.name}, ...] }}"
    typer.echo(f"a sound card; in a scenario: {told}")


@chips.command()
def predict(
    chip: Annotated[list[str], typer.Option(help="A chip; may be given several times.")],
    model: Model = None,
    workload: Workload = "chat",
    batch: Annotated[float | None, typer.Option(help="Most sequences in flight per replica.")] = None,
    n_chips: Annotated[float | None, typer.Option(help="Chips per replica; default: the best.")] = None,
    precision: Annotated[str | None, typer.Option(help="bf16, fp8, nvfp4, mxfp4 or int4; default: the best.")] = None,
    input_tokens: Annotated[float | None, typer.Option(help="Mean prompt, tokens.")] = None,
    output_tokens: Annotated[float | None, typer.Option(help="Mean answer, tokens.")] = None,
    latency_limit_ms: Annotated[float | None, typer.Option(help="Per output token (or action).")] = None,
    power_price: Price = 70.0,
    pue: Pue = 1.2,
    as_json: AsJson = False,
) -> None:
    """Predict work, power and cost of energy of chips for a workload, at its planned load."""
    from planner.catalog.cards import chip as card_of
    from planner.catalog.cards import llm
    from planner.catalog.cards import workload as workload_of
    from planner.chips.service import serve

    job = workload_of(workload)
    language = llm(model) if model else None
    rows = []
    for name in chip:
        service = serve(
            job,
            card_of(name),
            language,
            batch=batch,
            n_chips=n_chips,
            precision=precision,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            latency_limit_ms=latency_limit_ms,
        )
        rows.append({"chip": name} | _row(service, card_of(name).value("node_chips"), power_price, pue))
    _show(f"{job.title} at {exact(power_price)} USD/MWh and PUE {exact(pue)}", rows, as_json)


@chips.command()
def rank(
    workload: Workload = "chat",
    model: Model = None,
    cooling: Annotated[str, typer.Option(help="A cooling system (models/cooling), for the sites' PUE.")] = "dry_liquid",
    site: Annotated[
        list[str] | None, typer.Option(help="A site; may be given several times. Default: the mean of each country.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rank the chips by joules at the wall per unit of work, and at the sites' annual PUE."""
    from planner.base.errors import InputError
    from planner.catalog.cards import chips as cards
    from planner.catalog.cards import llm
    from planner.catalog.cards import workload as workload_of
    from planner.chips.service import serve

    job = workload_of(workload)
    language = llm(model) if model else None
    places = _annual_pue(site, cooling)
    rows, left_out = [], []
    for card in cards().values():
        try:
            service = serve(job, card, language)
        except InputError:
            left_out.append(card.name)
            continue
        _, _, energy, per_energy, _, _ = SHOWN[service.work_unit]
        joules = _joules(service) * per_energy
        row: dict[str, Any] = {"chip": card.name, f"{energy} IT": joules}
        row |= {f"{place} (PUE {fixed(factor, 3)})": joules * factor for place, factor in places.items()}
        row |= {"W/chip": service.active_w, "basis": service.basis, "layout": service.notes}
        rows.append(row)
    rows.sort(key=lambda row: list(row.values())[1])
    _show(f"{job.title}, least energy first", rows, as_json)
    if left_out and not as_json:
        typer.echo(f"cannot do this work: {', '.join(left_out)}")


@chips.command()
def frontier(
    model: Annotated[str, typer.Option(help="A language model (models/llm).")],
    input_tokens: Annotated[float, typer.Option("--input", help="Mean prompt, tokens.", min=1.0)],
    output_tokens: Annotated[float, typer.Option("--output", help="Mean answer, tokens.", min=1.0)],
    tpot: Annotated[str, typer.Option(help="Times per output token, ms, with commas.")] = "20,50,100",
    chip: Annotated[list[str] | None, typer.Option(help="A chip; may be given several times. Default: all.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the rows to this file.")] = None,
) -> None:
    """The most output tokens per second that each chip gives within each time per output token, and the layout that does it."""
    from planner.base.errors import InputError
    from planner.catalog.cards import chip as card_of
    from planner.catalog.cards import chips as cards
    from planner.catalog.cards import llm
    from planner.catalog.cards_calibration import calibration
    from planner.chips.frontier import frontier as found

    try:
        limits = [float(part) for part in tpot.split(",")]
    except ValueError:
        limits = [0.0]
    if min(limits) <= 0:
        raise InputError("not times", key="--tpot", value=tpot, expected="ms above 0 with commas, such as 20,50,100")
    chosen = [card_of(name) for name in chip] if chip else list(cards().values())
    rows = list(found(chosen, llm(model), input_tokens, output_tokens, limits, calibration()))
    if json_out is not None:
        _write(json_out, {"rows": rows})
    title = f"{model}, {exact(input_tokens)} tokens in, {exact(output_tokens)} out: best within a time per token"
    left_out = {card.name for card in chosen} - {str(row["chip"]) for row in rows}
    rows.sort(key=lambda row: (row["tpot_ms"], -row["output_tokens_per_s_per_chip"]))  # type: ignore[operator]
    _show(title, rows, False)
    if left_out:
        typer.echo(f"cannot serve it in any of these times: {', '.join(sorted(left_out))}")


@chips.command()
def validate(
    file: Annotated[Path, typer.Argument(help="Measurements: CSV or Parquet.")],
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
) -> None:
    """Predict measured rows from their inputs alone and print the errors, and how many lie within the error stated of them.

    FILE has the columns of measured_inference_power, measured_training_power or training_runs (see data/chips), or of operating
    points of a serving benchmark with their layout (concurrency, prefill_*, decode_*, spec_decode, disagg).
    """
    import pandas as pd

    from planner.base.errors import InputError
    from planner.catalog.cards_calibration import calibration
    from planner.chips.evidence.validate import compare, subsets, summary

    comparison = compare(_table(file), calibration(), file)
    if comparison.errors.empty:
        why = "; ".join(f"{reason}: {count}" for reason, count in comparison.skipped.items())
        raise InputError("no row can be predicted", file=file, value=why or "no rows")
    rows = [
        {
            "quantity": row["quantity"],
            "rows": row["rows"],
            "n": row["n"],
            "median APE %": row["median_ape"],
            "p90 APE %": row["p90_ape"],
            "bias %": row["bias"],
            "sum %": row["sum"],
        }
        | ({"within stated %": row["within_stated"]} if pd.notna(row.get("within_stated")) else {})
        for row in subsets(comparison).to_dict("records")
    ]
    _show(f"errors on {file.name} ({comparison.kind})", rows, False)
    for reason, count in comparison.skipped.items():
        typer.echo(f"left out: {count} rows, {reason}")
    if json_out is not None:
        _write(json_out, summary(comparison))


# Work as people count it: label and size of the rate (units per chip-hour each), of the energy's unit, of the price's unit.
SHOWN = {
    "tokens": ("tokens/s per chip", 3600.0, "J/token", 1.0, "USD/million tokens", 1e6),
    "images": ("images/s per chip", 3600.0, "J/image", 1.0, "USD/thousand images", 1e3),
    "videos": ("videos/h per chip", 1.0, "J/video", 1.0, "USD/thousand videos", 1e3),
    "streams": ("streams per chip", 1.0, "J/stream-hour", 1.0, "USD/thousand stream-hours", 1e3),
    "FLOP": ("TFLOP/s per chip", 3600.0 * 1e12, "J/PFLOP", 1e15, "USD/ZFLOP", 1e21),
}


def _row(service: Service, node_chips: float, usd_per_mwh: float, pue: float) -> dict[str, Any]:
    """One line of a prediction: work and watts of the chip, energy at the node's wall, energy cost at the facility's meter."""
    rate, per_rate, energy, per_energy, price, per_price = SHOWN[service.work_unit]
    joules = _joules(service)
    return {
        rate: service.work_per_chip_hour / per_rate,
        "W/chip": service.accelerator_w,
        f"{energy} IT": joules * per_energy,
        "node kW": service.active_w * node_chips * 1e-3,
        price: joules * pue / 3.6e9 * usd_per_mwh * per_price,
        "ms": service.latency_ms,
        "power +- %": 100 * service.power_rse,
        "work +- %": 100 * service.throughput_rse,
        "basis": service.basis,
        "layout": service.notes,
    }


def _joules(service: Service) -> float:
    """Joules of IT at the wall per unit of work."""
    return 3600 * service.active_w / service.work_per_chip_hour


def _annual_pue(sites: list[str] | None, cooling: str) -> dict[str, float]:
    """Annual mean PUE with a cooling system: of the sites named, else the mean over each country's sites."""
    from planner.base.errors import unknown_name
    from planner.catalog import tables
    from planner.catalog.cards import cooling_systems, pick
    from planner.catalog.hourly import weather
    from planner.cooling import CoolingSystem, pue

    system = CoolingSystem.from_card(pick("cooling system", cooling, cooling_systems()))
    country = tables.sites()["country"]
    for name in sites or ():
        if name not in country.index:
            raise unknown_name("site", name, country.index, key="--site")
    names = list(sites or country.index)
    air = weather()
    dry, wet, humidity, pressure = (
        air[key].loc[names].to_numpy() for key in ("dry_bulb_c", "wet_bulb_c", "rh_pct", "pressure_pa")
    )
    annual = dict(zip(names, pue(dry, wet, humidity, pressure, system).mean(axis=1).tolist(), strict=True))
    if sites:
        return annual
    return {code: sum(annual[n] for n in group) / len(group) for code, group in country.groupby(country).groups.items()}


def _table(file: Path) -> pd.DataFrame:
    """A table from a CSV or Parquet file, or an error that names it."""
    import pandas as pd

    from planner.base.errors import InputError

    try:
        return pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, low_memory=False)
    except (OSError, ValueError) as problem:
        raise InputError(f"cannot read the table: {problem}", file=file, expected="a CSV or Parquet file") from problem


def _write(file: Path, figures: object) -> None:
    """Figures as JSON in a file, or an error that names it."""
    from planner.base.errors import InputError

    try:
        file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    except OSError as problem:
        raise InputError(f"cannot write the figures: {problem.strerror}", file=file, key="--json") from problem


def _show(title: str, rows: list[dict[str, Any]], as_json: bool) -> None:
    from planner.cli.show import show as table

    table(title, rows, as_json)
