"""Our figures at the scale of fleets beside published ones: MW per 100,000 chips, campuses, energy per query.

`models/README.md` shows the tables; a test keeps them true. Every gap has its reason beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.base.text import exact, fixed, whole
from planner.catalog.cards import chip, llm, workload
from planner.catalog.cards_calibration import published_scale
from planner.chips.service import Service, serve

PUE = 1.2
USES = ("chat", "batch-inference", "frontier-training")
CHIPS = ("H100-SXM5-80GB", "B200-SXM-180GB", "GB200-186GB", "GB300-288GB", "VR200-Rubin-288GB", "MI355X-288GB")
PROMPT, ANSWER = (
    1000.0,
    300.0,
)  # tokens of a query, as Microsoft's answer of about 300 tokens; prompts are not published


@dataclass(frozen=True)
class Query:
    """A model on a chip that answers queries of `PROMPT` and `ANSWER` tokens."""

    model: str
    chip: str


QUERIES = (
    Query("Llama-3.1-70B", "H100-SXM5-80GB"),
    Query("Llama-3.1-70B", "GB300-288GB"),
    Query("gpt-oss-120b", "H100-SXM5-80GB"),
    Query("Qwen3-235B-A22B", "H100-SXM5-80GB"),
    Query("Qwen3-235B-A22B", "GB300-288GB"),
    Query("DeepSeek-R1-0528", "GB300-288GB"),
    Query("DeepSeek-R1-0528", "VR200-Rubin-288GB"),
)
REASONS = {
    (
        "OpenAI Stargate Abilene",
        3.0,
    ): "announced capacity of the campus, with cooling at design heat and margin: no reading",
    ("OpenAI Stargate Abilene", 2.25): "eight buildings' capacity with margin; ours are chips at work",
    (
        "NVIDIA and OpenAI 10 GW",
        2.22,
    ): "round announcement over chips of several generations; VR200 at 2,300 W alone exceeds it",
}


def service(use: str, chip_name: str) -> Service:
    return serve(workload(use), chip(chip_name))


def fleet_lines() -> list[str]:
    """IT MW at the wall of 100,000 chips, fabric and storage included: at the planned load of each use, and connectable."""
    lines = ["| MW per 100,000 chips, IT | " + " | ".join(USES) + " | connectable |", "|---" * 5 + "|"]
    for name in CHIPS:
        found = [service(use, name) for use in USES]
        most = max(each.provision_w for each in found)
        lines.append(
            f"| {name} | " + " | ".join(whole(each.active_w / 10) for each in found) + f" | {whole(most / 10)} |"
        )
    return lines


def campus_lines() -> list[str]:
    """kW per chip of announced campuses beside ours in training at a PUE of 1.2."""
    cards = {"GB200": "GB200-186GB", "VR generation and later": "VR200-Rubin-288GB"}
    lines = ["| campus | chip | announced, kW per chip | ours, training | why not |", "|---" * 5 + "|"]
    rows = published_scale().query("quantity == 'campus_power'")
    for who, what, value in zip(rows["who"], rows["what"], rows["value"], strict=True):
        ours = service("frontier-training", cards[what]).active_w * PUE / 1e3
        lines.append(f"| {who} | {what} | {exact(value)} | {fixed(ours, 2)} | {REASONS[who, value]} |")
    return lines


def watt_hours(query: Query) -> float:
    """Wh of a query at the facility's meter, in chat at its planned load."""
    found = serve(workload("chat"), chip(query.chip), llm(query.model), input_tokens=PROMPT, output_tokens=ANSWER)
    return ANSWER * found.active_w / found.work_per_chip_hour * PUE


def query_lines() -> list[str]:
    """Wh per query of models on chips, above the published ones."""
    lines = ["| Wh per query | value |", "|---|---|"]
    lines += [f"| ours: {query.model} on {query.chip} | {fixed(watt_hours(query), 3)} |" for query in QUERIES]
    for row in published_scale().query("quantity == 'energy_per_query'").itertuples():
        span = f" ({exact(row.low)} to {exact(row.high)})" if row.low == row.low else ""
        lines.append(f"| {row.who}: {row.what} | {exact(row.value)}{span} |")
    return lines


def page() -> str:
    """The three tables as Markdown."""
    return "\n\n".join("\n".join(lines) for lines in (fleet_lines(), campus_lines(), query_lines()))
