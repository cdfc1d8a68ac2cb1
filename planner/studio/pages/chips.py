"""Chips and work: the chips ranked by what a unit of work takes of energy, the frontier of a model, and a card of one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import InputError, PlannerError, unknown_name
from planner.report.page.tables import Table, free_table
from planner.scenario.starter import NAME
from planner.studio.commands import done
from planner.studio.plots import dots
from planner.studio.view import answered, page, studio, text
from planner.words.language import mark, say

USUAL = "chat"
OWN = "cards"
"""Folder of a user's own cards, laid out as `models/` is."""


@dataclass(frozen=True)
class Asked:
    """A field of the card's form: a word of the card, or a figure with its unit."""

    key: str
    label: str
    unit: str = ""
    start: str = ""
    needed: bool = True


CARD = (
    Asked("name", mark("Name")),
    Asked("vendor", mark("Maker")),
    Asked("family", mark("Family of chips"), start="Blackwell"),
    Asked("device_class", mark("Kind of device"), start="GPU"),
    Asked("design_country", mark("Designed in"), start="US"),
    Asked("foundry", mark("Foundry"), start="TSMC"),
    Asked("foundry_country", mark("Made in"), start="TW"),
    Asked("memory_type", mark("Kind of memory"), start="HBM3e"),
    Asked("memory_country", mark("Memory from"), start="KR"),
    Asked("release_date", mark("Released"), start="2026-06-01"),
    Asked("tdp_w", mark("Rated power"), "W"),
    Asked("bf16_dense_tflops", mark("BF16, dense"), "TFLOP/s"),
    Asked("fp8_dense_tflops", mark("FP8, dense"), "TFLOP/s", needed=False),
    Asked("fp4_dense_tflops", mark("FP4, dense"), "TFLOP/s", needed=False),
    Asked("memory_gb", mark("Memory"), "GB"),
    Asked("bandwidth_gbs", mark("Bandwidth of memory"), "GB/s"),
    Asked("scaleup_gbs", mark("Bandwidth between chips"), "GB/s", needed=False),
    Asked("scaleup_chips", mark("Chips so joined"), "chips", needed=False),
    Asked("node_chips", mark("Chips of a node"), "chips", start="8"),
    Asked("price_usd", mark("Price"), "USD"),
)


def rank(request: Request, form: FormData) -> Response:
    """The page; the tables come when their commands have made them."""
    from planner.catalog.cards import llms

    own = sorted(path.name for path in (studio(request).folder.root / OWN / "chips").glob("*.yaml"))
    return page(
        request, "chips.html.j2", works=_works(), work=_work(request), models=sorted(llms()), card=CARD, own=own
    )


def ranked(request: Request, form: FormData) -> Response:
    """What `planner chips rank` says of a kind of work."""
    rows = json.loads(_said(request, ["chips", "rank", "--workload", _work(request), "--json"]))
    return page(request, "part_ranked.html.j2", table=free_table(rows), chips=[row["chip"] for row in rows])


def card(request: Request, form: FormData) -> Response:
    """What `planner chips show` says of a chip: every figure with its unit, kind and source, and how its predictions are founded."""
    from planner.catalog.cards import chips

    name = request.path_params["chip"]
    if name not in chips():
        raise unknown_name("chip", name, chips())
    ended = done(["chips", "show", name], studio(request).folder.root)
    return page(request, "part_verdict_text.html.j2", held=ended.code == 0, said=ended.said)


def frontier(request: Request, form: FormData) -> Response:
    """What `planner chips frontier` says of a model: rate and energy of every chip within a time per token."""
    from planner.catalog.cards import llms

    asked = {key: request.query_params.get(key, "") for key in ("model", "input", "output", "tpot")}
    if asked["model"] not in llms():
        raise unknown_name("model", asked["model"], llms())
    words = ["chips", "frontier", *(f"--{key}={value}" for key, value in asked.items())]
    with studio(request).folder.aside() as aside:
        target = Path(aside, "rows.json")
        _said(request, [*words, "--json", str(target)])
        rows = json.loads(target.read_text("utf-8"))["rows"]
    rows.sort(key=lambda row: -row["output_tokens_per_s_per_chip"])
    shown = [
        {
            say(mark("Chip")): row["chip"],
            say(mark("Tokens/s per chip")): row["output_tokens_per_s_per_chip"],
            say(mark("J per token")): row["j_per_output_token"],
            say(mark("W per chip")): row["w_per_chip"],
            say(mark("Error of the rate, %")): 100 * row["relative_error"],
            say(mark("Basis")): row["basis"],
            say(mark("Layout")): row["layout"],
        }
        for row in rows
    ]
    places = [(row["chip"], row["j_per_output_token"], row["output_tokens_per_s_per_chip"]) for row in rows]
    return page(
        request,
        "part_frontier.html.j2",
        picture=dots(places, say(mark("J per token")), say(mark("tokens/s per chip"))),
        table=free_table(shown),
        command_words=" ".join(["planner", *words]),
    )


def own(request: Request, form: FormData) -> Response:
    """A card that was filled in: checked and predicted by `planner chips check`, and kept if that is asked for."""
    here = studio(request).folder
    try:
        content = filled({key: text(form, key).strip() for key in (*(field.key for field in CARD), "source", "kind")})
        name = content["name"]
        file = here.root / OWN / "chips" / f"{name}.yaml"
        if text(form, "keep") and file.exists():
            raise InputError("a card has this name", file=here.name(file), expected="another name")
        written = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=140)
        with here.aside() as aside:
            Path(aside, file.name).write_text(written, "utf-8")
            found = json.loads(_said(request, ["chips", "check", str(Path(aside, file.name)), "--json"]))
        if text(form, "keep"):
            (here.root / OWN).mkdir(exist_ok=True)
            here.add(file.parent, file.name, written.encode())
    except PlannerError as error:
        return page(request, "part_own_chip.html.j2", 200, error=str(error))
    return page(
        request,
        "part_own_chip.html.j2",
        error="",
        kept=here.name(file) if text(form, "keep") else "",
        tables=_by_work(found["rows"]),
        notes=found["notes"],
        command_words=f"planner chips check {here.name(file)}",
    )


def _by_work(rows: list[dict[str, Any]]) -> dict[str, Table]:
    """Predictions of each kind of work, which have columns of their own."""
    works = dict.fromkeys(row["workload"] for row in rows)
    return {
        work: free_table([{k: v for k, v in row.items() if k != "workload"} for row in rows if row["workload"] == work])
        for work in works
    }


def filled(given: dict[str, str]) -> dict[str, Any]:
    """The card that a form says. Raises InputError for a name that cannot be used, a figure that is missing or none."""
    for field in CARD:
        if field.needed and not given.get(field.key):
            raise InputError("this is missing", key=field.key, expected=field.unit or "a word")
    if NAME.fullmatch(given["name"]) is None:
        expected = "letters, digits, - and _, at most 64"
        raise InputError("this name cannot be used", key="name", value=given["name"], expected=expected)
    words: dict[str, Any] = {field.key: given[field.key] for field in CARD if not field.unit}
    try:
        words |= {"release_year": int(given["release_date"][:4])}
    except ValueError:
        expected = "a day such as 2026-06-01"
        raise InputError(
            "this is no date", key="release_date", value=given["release_date"], expected=expected
        ) from None
    kind = {"kind": given["kind"] or "assumed", "source": given["source"] or "given in the studio"}
    figures = {
        field.key: {"value": _figure(field, given[field.key]), "unit": field.unit} | kind
        for field in CARD
        if field.unit and given.get(field.key)
    }
    told = {"title": words["name"], "availability": "assumed", "spec_confidence": "C"}
    return words | told | {"figures": figures}


def _figure(field: Asked, said: str) -> float:
    try:
        value = float(said.replace(",", "").removesuffix(field.unit).strip())
    except ValueError:
        raise InputError("this is no figure", key=field.key, value=said, expected=f"a number of {field.unit}") from None
    return int(value) if value.is_integer() else value


def _said(request: Request, words: list[str]) -> str:
    """What a command prints. Raises PlannerError with what it says where it fails."""
    ended = done(words, studio(request).folder.root)
    if ended.code != 0:
        raise PlannerError(ended.said.removeprefix("error: "))
    return ended.out


def _work(request: Request) -> str:
    asked = request.query_params.get("work", USUAL)
    return asked if asked in _works() else USUAL


def _works() -> list[str]:
    from planner.catalog.cards import workloads

    return sorted(workloads())


routes = [
    Route("/chips", answered(rank)),
    Route("/chips/ranked", answered(ranked)),
    Route("/chips/frontier", answered(frontier)),
    Route("/chips/own", answered(own), methods=["POST"]),
    Route("/chips/card/{chip}", answered(card)),
]
