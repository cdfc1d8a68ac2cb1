"""What each run answered, a line per run: the table of the README, made from the runs' own tables."""

from __future__ import annotations

from dataclasses import dataclass

from planner.base.text import fixed, percent, tiny, whole
from planner.plan.plan import Plan
from planner.words import pivots
from planner.words.style import FAMILY

SHOWN = 0.005  # of a mix: less is not worth a word
NO_SOURCE = ("battery", "unserved", "paused")  # families that supply nothing of their own


@dataclass(frozen=True)
class Answer:
    """One run in a line; every figure but the cost is of its last stage."""

    name: str
    year: int
    cost_busd: float  # the plan's whole cost, discounted
    it_gw: float
    served: float  # share of the work asked for, by its value
    mix: dict[str, float]  # family of sources -> share of the energy supplied, largest first
    lng_mt: float  # per year, contract and spot
    reactors_gw: float
    co2_mt: float  # per year
    gap: float


def answer(plan: Plan) -> Answer:
    """The line of one run."""
    year = pivots.stages_of(plan.tables)[-1]
    last = {name: frame[frame["stage"] == year] for name, frame in plan.tables.items() if "stage" in frame}
    demand, capacity = last["demand"], last["capacity"]
    worth = demand["demand"] * demand["value_usd_per_unit"]
    energy = pivots.by_family(last["energy"], ["stage"]).sum()
    energy = energy[[key for key in energy.index if key not in NO_SOURCE]].sort_values(ascending=False)
    reactors = [pivots.family(name).key in ("smr", "nuclear") for name in capacity["technology"]]
    return Answer(
        name=plan.name,
        year=year,
        cost_busd=float(plan.summary["objective_musd"]) / 1e3,
        it_gw=float(last["sites"]["it_mw"].sum()) / 1e3,
        served=float((demand["served_share"] * worth).sum() / worth.sum()) if worth.sum() > 0 else 1.0,
        mix={str(key): float(gwh / energy.sum()) for key, gwh in energy.items() if gwh > 0},
        lng_mt=float(last["lng"]["mt"].sum()),
        reactors_gw=float(capacity.loc[reactors, "capacity_mw"].sum()) / 1e3,
        co2_mt=float(last["sites"]["co2_kt"].sum()) / 1e3,
        gap=float(plan.summary["certificate"]["gap"]),
    )


def markdown(plans: list[Plan], names: list[str] | None = None) -> str:
    """The answers of some runs as a table in Markdown, by other `names` than their own where these do not tell them apart."""
    heads = (
        "config",
        "year",
        "cost, B USD",
        "IT, GW",
        "work served",
        "energy",
        "LNG, Mt/y",
        "reactors, GW",
        "CO2, Mt/y",
        "gap",
    )
    lines = ["| " + " | ".join(heads) + " |", "|---|---|---|---|---|---|---|---|---|---|"]
    for found, name in zip(map(answer, plans), names or [plan.name for plan in plans], strict=True):
        mix = ", ".join(f"{FAMILY[key].label} {percent(share)}" for key, share in found.mix.items() if share >= SHOWN)
        cells = (
            f"`{name}`",
            str(found.year),
            whole(found.cost_busd),
            fixed(found.it_gw, 1),
            percent(found.served, 1),
            mix,
            fixed(found.lng_mt, 1),
            fixed(found.reactors_gw, 1),
            fixed(found.co2_mt, 1),
            tiny(found.gap),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
