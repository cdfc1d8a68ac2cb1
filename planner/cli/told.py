"""What `planner run` says at its end: the first screen of the report, the proof, and where the rest is; nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.base.text import columns, fixed, signed, tiny, whole
from planner.words.language import mark, say

if TYPE_CHECKING:
    from rich.console import Console

    from planner.plan.plan import Plan

GAP, OF_POWER, VIOLATION = mark("gap"), mark("of the power bill"), mark("violation")
NOTE, WARNING = mark("note"), mark("warning")
SMALL = {"sites": mark("sites"), "plants": mark("plants"), "chips": mark("chips"), "connections": mark("connections")}
LABEL = 16  # letters
NOTES = 3  # that are told one by one
FINER = 1e-6  # limits hold to that: no gap is told finer


def tell(plan: Plan, place: Path, digest: str, console: Console) -> None:
    """The answer in about ten lines."""
    from rich.table import Table
    from rich.text import Text

    from planner.base.display import visible
    from planner.words import answer

    lines = [(line.label, line.text.striptags()) for line in answer.answer(plan, proof=False)]
    lines += [(say(mark("Proof")), proof(plan.summary))]
    lines += [("", text) for text in asides(plan.summary)]
    lines += [(say(mark("Digest")), digest), (say(mark("Report")), str(place / "report.html"))]
    console.print(Text(visible(plan.name), "bold"))
    if not console.is_terminal:  # nobody's window says how wide a line may be
        for label, text in lines:
            console.print(Text(visible(f"{label}{' ' * max(LABEL - columns(label), 1)}{text}")), soft_wrap=True)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", min_width=LABEL)
    table.add_column(overflow="fold")
    for label, text in lines:
        table.add_row(Text(visible(label)), Text(visible(text)))
    console.print(table)


def proof(summary: dict[str, Any]) -> str:
    """Status, gaps, violation and seconds in a line."""
    found, seconds = summary["certificate"], summary["seconds"]["total"]
    of_power = f" ({tiny(max(found['power_gap'], FINER))} {say(OF_POWER)})" if "power_gap" in found else ""
    gap = f"{say(GAP)} {tiny(max(found['gap'], FINER))}{of_power}"
    off = f"{say(VIOLATION)} {tiny(found['max_violation'])}"
    return f"{say(summary['status'])}, {gap}, {off}, {fixed(seconds, 1)} s"


def asides(summary: dict[str, Any]) -> list[str]:
    """Warnings and notes: where the plan began, what whole units did, what a second method says."""
    from planner.words.unfinished import unfinished

    told: list[str] = []
    if "start" in summary:
        began = summary["start"]
        message = mark("began with the run {run}: {same} of {all} sites and stages are as they were")
        told.append(say(message).format(run=began["run"], same=began["unchanged"], all=began["cells"]))
    told += [sentence.striptags() for sentence in unfinished(summary)]
    if "rounded" in summary and (words := whole_units(summary["rounded"])):
        told.append(words)
    notes = summary.get("notes", [])
    told += [f"{say(NOTE)}: {note}" for note in notes[:NOTES]]
    if len(notes) > NOTES:
        told.append(say(mark("{count} more notes stand in summary.json")).format(count=len(notes) - NOTES))
    if "warning" in summary:
        told.append(f"{say(WARNING)}: {summary['warning']}")
    if "cross_check" in summary:
        told.append(compared(summary["cross_check"]))
    return told


def whole_units(rounded: dict[str, Any]) -> str:
    """What making units whole did to the plan, in a line; nothing where it did nothing."""
    units = sum(row["units"] for row in rounded["reactors"])
    left = {"sites": len(rounded["closed"])} | rounded["left_out"]
    small = ", ".join(f"{n:,} {say(SMALL.get(what, what))}" for what, n in left.items() if n)
    parts = [say(mark("{count} reactors")).format(count=f"{units:,}")] if units else []
    parts += [say(mark("left out as too small: {what}")).format(what=small)] if small else []
    if rounded["objective_musd"] is None:
        return say(mark("with whole units there is no plan: this one is relaxed")) if parts else ""
    more = signed(whole(rounded["objective_musd"] - rounded["relaxed_objective_musd"]))
    message = mark("whole units ({what}): {more} M USD beside the relaxed plan")
    return say(message).format(what="; ".join(parts), more=more) if parts else ""


def compared(second: dict[str, Any]) -> str:
    """What a second method says."""
    told = f"{second['method']}: {second['status']}"
    if "difference" not in second:
        return told
    agrees = mark("agrees, cost differs by {cost}, capacities by at most {mw} MW ({at})")
    if not second["agree"]:
        agrees = mark("DISAGREES, cost differs by {cost}, capacities by at most {mw} MW ({at})")
    apart = {"mw": whole(second["capacity_difference_mw"]), "at": second["capacity_difference_at"]}
    return f"{told}, {say(agrees).format(cost=tiny(second['difference']), **apart)}"
