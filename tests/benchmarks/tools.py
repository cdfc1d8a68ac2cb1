"""Ours beside other tools on the same question: the exported program by HiGHS with its default options, and PyPSA with HiGHS.

Every tool runs in a process of its own, from reading what it is given to its answer, so that seconds and peak memory are whole. Ours
counts from the scenario's file to the proven plan; what others are given has been written before their clock starts.
"""

from __future__ import annotations

import logging
import multiprocessing
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import highspy

from planner.run.one import make_plan, stated
from planner.scenario import Scenario, load, parse

CONFIGS = Path(__file__).parents[2] / "configs"
PATIENCE = 20.0
"""Times our own seconds after which another tool is stopped."""
LEAST = 10.0
"""Seconds that every tool gets."""
PYPSA = "PyPSA, HiGHS"
FIXED = [  # US sites of the catalog whose connections fit into their zones, so that no limit couples them; two have none at all
    *("US-ASHBURN", "US-RICHMOND", "US-COLUMBUS", "US-CHICAGO", "US-SUSQ", "US-HOMERCITY", "US-TMI", "US-ABILENE"),
    *(
        "US-DALLAS",
        "US-AMARILLO",
        "US-SABINE",
        "US-RICHLAND",
        "US-MEMPHIS",
        "US-ATLANTA",
        "US-SANTACLARA",
        "US-COUNCIL",
    ),
    "US-NEWCARLISLE",
]


@dataclass(frozen=True)
class Ran:
    """What one tool took. Money in M USD: `objective` as ours counts it, NaN if it was stopped first, `bill` of power if it tells one."""

    tool: str
    seconds: float
    memory_gb: float
    status: str
    objective: float = float("nan")
    gap: float = float("nan")
    bill: float = float("nan")
    phases: dict[str, float] | None = None


def fixed_load(sites: int, days: int | None, gap: float) -> Scenario:
    """Real sites, weather, prices and plants for one stage; at each site a fleet that stands there, so that the load is fixed."""
    fleet = [
        {"owner": "US", "chip": "GB300-288GB", "workload": "chat", "count": 50_000 + 10_000 * (i % 4), "site": name}
        for i, name in enumerate(FIXED[:sites])
    ]
    return parse(
        {
            "name": "fixed-load",
            "countries": ["US"],
            "stages": [2032],
            "time": {"method": "full_year"} if days is None else {"days": days},
            "sites": {"use": FIXED[:sites]},
            "fleet": fleet,
            "late_compute_usd_per_h100_hour": 100,  # so dear that all of it is served, as the others take for granted
            "power": ["grid", "gas_cc_h", "solar_pv", "wind_on", "battery_4h", "diesel_backup"],
            "solve": {"gap": gap, "whole_units": False},
        }
    )


def system(
    country: str, zones: list[str] | None, at: tuple[float, float], gw: float, days: int | None = 10
) -> Scenario:
    """One campus of a fixed load in a power system, typical days or all hours of 2030; PyPSA trades and draws free by the hour."""
    site = {"name": "campus", "country": country, "lat": at[0], "lon": at[1], "headroom": 20_000, "land_limit": 50_000}
    return parse(
        {
            "name": "system",
            "countries": [country],
            "stages": [2030],
            "horizon_end": 2031,
            "time": {"method": "full_year"} if days is None else {"days": days},
            "sites": {"inherit": "catalog", "use": [], "add": [site]},
            "workloads": [{"owner": country, "load": 1000 * gw}],
            "power": ["grid"],
            "grid": {"model": "system"} | ({} if zones is None else {"zones": zones}),
            "reliability": {"reserve_margin": 0},
            "solve": {"gap": 1e-4, "whole_units": False},
        }
    )


def ours(scenario: Scenario) -> Ran:
    """Our plan, whole: data, program, solution, proof, tables."""
    began = time.perf_counter()
    plan = make_plan(scenario)
    seconds = time.perf_counter() - began
    summary = plan.summary
    return Ran(
        "ours",
        seconds,
        _memory(),
        summary["status"],
        summary["objective_musd"],
        summary["certificate"]["gap"],
        summary["certificate"]["power_bill_musd"],
        summary["seconds"],
    )


def highs_default(program: Path, limit: float) -> Ran:
    """HiGHS with its default options on the exported file."""
    began = time.perf_counter()
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("time_limit", limit)
    h.readModel(str(program))
    h.run()
    seconds = time.perf_counter() - began
    status = h.modelStatusToString(h.getModelStatus()).lower()
    objective = h.getInfo().objective_function_value if status == "optimal" else float("nan")
    return Ran("HiGHS default", seconds, _memory(), status, objective)


def pypsa_highs(folder: Path, limit: float) -> Ran:
    """PyPSA on the exported network, with HiGHS."""
    import pypsa

    for name in ("pypsa", "linopy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    began = time.perf_counter()
    net = pypsa.Network(folder)
    _, status = net.optimize(solver_name="highs", log_to_console=False, time_limit=limit)
    seconds = time.perf_counter() - began
    objective = float("nan")
    if status == "optimal":
        objective = net.meta["weight_years"] * (net.objective + net.meta["constant_usd_per_year"]) / 1e6
    return Ran(PYPSA, seconds, _memory(), status, objective)


def write_program(scenario: Scenario, path: Path) -> None:
    """The whole linear program as MPS."""
    from planner.exports.mps import export

    export(stated(scenario).problem, path, "mps")


def write_network(scenario: Scenario, path: Path) -> None:
    """The scenario as PyPSA's folder."""
    from planner.exports.pypsa import write_pypsa

    write_pypsa(stated(scenario), path)


def apart(function: Callable[[], Any], limit: float | None = None) -> Any:
    """The answer of a function from a process of its own; None if it had none after `limit` seconds."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(send, function))
    process.start()
    send.close()
    try:
        return receive.recv() if receive.poll(limit) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def _answer(send: Any, function: Callable[[], Any]) -> None:
    send.send(function())


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def compare(scenario: Scenario, with_pypsa: bool) -> list[Ran]:
    """Ours, then the others, each stopped at `PATIENCE` times our seconds."""
    found = [apart(partial(ours, scenario))]
    limit = max(LEAST, PATIENCE * found[0].seconds)
    with tempfile.TemporaryDirectory() as folder:
        program, network = Path(folder) / "program.mps", Path(folder) / "network"
        apart(partial(write_program, scenario, program))
        jobs: dict[str, Callable[[], Ran]] = {"HiGHS default": partial(highs_default, program, limit)}
        if with_pypsa:
            apart(partial(write_network, scenario, network))
            jobs[PYPSA] = partial(pypsa_highs, network, limit)
        for tool, job in jobs.items():
            # HiGHS looks at its clock now and then only, and PyPSA builds before it solves: half as long again, then no more.
            ran = apart(job, 1.5 * limit)
            found.append(ran or Ran(tool, 1.5 * limit, float("nan"), "stopped"))
    return found


def questions() -> dict[str, tuple[Scenario, bool]]:
    """Scenario and whether PyPSA has words for it, by name."""
    return {
        "fixed load, 12 typical days": (fixed_load(17, 12, 1e-4), True),
        "fixed load, 8,760 hours": (fixed_load(17, None, 1e-4), True),
        "trilateral": (load(CONFIGS / "trilateral.yaml"), False),
    }


def systems() -> dict[str, tuple[Scenario, bool]]:
    """Power systems with a campus, which PyPSA has words for (of zones on several clocks it has none); the last is the largest."""
    virginia, nevada = (39.0, -77.4), (36.2, -115.1)
    return {
        "Korea's two zones": (system("KR", None, (37.3, 127.0), 2.0), True),
        "three zones of the West": (system("US", ["US-CAL", "US-NV", "US-NW"], nevada, 2.0), True),
        "three zones of the East": (system("US", ["US-PJMD", "US-PJME", "US-PJMW"], virginia, 5.0), True),
        "Japan's nine zones": (system("JP", None, (35.8, 140.1), 2.0), True),
        "Korea's two zones, 8,760 hours": (system("KR", None, (37.3, 127.0), 2.0, None), True),
    }


def beside_pypsa(found: list[Ran]) -> str:
    """How far our cost and our bound lie from PyPSA's optimum, in its words of the power bill; empty if it found none."""
    ours, theirs = found[0], next((ran for ran in found if ran.tool == PYPSA), found[0])
    if theirs is ours or theirs.objective != theirs.objective:
        return ""
    above = (ours.objective - theirs.objective) / ours.bill
    bound = (ours.objective * (1.0 - ours.gap) - theirs.objective) / ours.bill
    return f"ours {above:.3%} of its power bill ({ours.bill:,.0f} M USD) above PyPSA's optimum, our bound {bound:+.3%} from it"
