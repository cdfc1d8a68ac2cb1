"""The whole plan from a solution: all tables, the summary and the solver report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.base.errors import PlannerError
from planner.base.text import exact
from planner.blocks.annual import Built
from planner.catalog.store import Shelf
from planner.instance.reading import catalog_of, shelf_of
from planner.plan.plan import Plan
from planner.plan.tables import TABLES, check
from planner.readout import ledger, limits, markets, names, origin, summary, system
from planner.readout.answer import Answer
from planner.readout.chips import chips_table
from planner.readout.dispatch import dispatch_table
from planner.readout.energy import energy_table
from planner.readout.lng import lng_table
from planner.readout.plants import capacity_table
from planner.readout.reactors import orders_table
from planner.readout.sites import sites_table
from planner.readout.tariff_bills import by_tariff
from planner.readout.work import demand_table, work_table
from planner.scenario import Scenario
from planner.scenario.portable import portable
from planner.solve.solution import Solution

SAME = 1e-6  # of the sum of all cost lines: further apart from the objective they are wrong
DUST = 1e-11  # M USD: what a plan that costs nothing may have of a solver's last digits


def read_plan(
    scenario: Scenario,
    built: Built,
    solution: Solution,
    seconds: dict[str, float],
    shelf: Shelf | None = None,
    beside: tuple[Built, Solution] | None = None,
) -> Plan:
    """Read the vectors and duals of a solution into a `Plan`.

    seconds : of the phases before. shelf : tables read before. beside : the plan before its units were made whole.
    """
    answer = Answer(built, solution, None if beside is None else Answer(*beside))
    shelf = shelf or shelf_of(scenario)
    with catalog_of(scenario):
        made = result_tables(answer) | {
            "assumptions": origin.assumptions_table(built.inputs, shelf),
            "sources": origin.sources_table(built.inputs, shelf),
        }
    tables = {name: made[name][list(columns)] for name, columns in TABLES.items()}
    check(tables)
    proof = summary.certificate(answer, tables["costs"])
    summed_up(tables["costs"], solution)
    resolved, own_inputs = portable(scenario)
    return Plan(
        name=scenario.name,
        scenario=resolved,
        own_inputs=own_inputs,
        summary=summary_of(scenario, answer, shelf, tables, proof, seconds),
        tables=tables,
        solver=solver_report(scenario, answer, proof),
        log=list(solution.log),
    )


def summary_of(
    scenario: Scenario,
    answer: Answer,
    shelf: Shelf,
    tables: dict[str, pd.DataFrame],
    proof: dict[str, Any],
    seconds: dict[str, float],
) -> dict[str, Any]:
    """`summary.json`: what was planned, what it costs, how well that is proven."""
    inputs, solution = answer.inputs, answer.solution
    return {
        "name": scenario.name,
        "description": scenario.description,
        "status": solution.status,
        "objective_musd": solution.objective,
        "stages": list(inputs.years),
        "countries": list(inputs.countries),
        "country_data": shelf.countries.plain(inputs.countries),
        "names": names.titles(inputs, shelf),
        "method": solution.method,
        "size": summary.size(answer.built.problem),
        "certificate": proof,
        "seconds": seconds,
        "peak_memory_mb": summary.peak_memory_mb(),
        "totals": summary.totals(inputs.years, inputs.countries, tables),
        "headline": summary.headline(inputs.years[-1], solution.gap, tables),
        "markets": markets.summary(answer, shelf, tables["lng"]),
        "power_system": system.summary(tables),
        "new_links": system.new_links(tables),
    }


def solver_report(scenario: Scenario, answer: Answer, proof: dict[str, Any]) -> dict[str, Any]:
    """`solver.json`: method, options, size, seconds, versions; the certificate's own figures beside the summary's."""
    built, solution, certificate = answer.built, answer.solution, answer.solution.certificate
    return {
        "method": solution.method,
        "status": solution.status,
        "options": scenario.solve.model_dump(),
        "size": summary.size(built.problem),
        "annual_matrix": matrix_statistics(built),
        "iterations": solution.iterations,
        "seconds": solution.seconds,
        "objective_musd": solution.objective,
        "certificate": proof | ({} if certificate is None else vars(certificate)),
        "versions": summary.versions(),
        "machine": summary.machine(),
    }


def summed_up(costs: pd.DataFrame, solution: Solution) -> None:
    """Raises PlannerError where the cost lines of a plan are not its objective: then a table or the program is wrong."""
    proof, lines = solution.certificate, costs["musd"]
    apart = abs(float(lines.sum()) - solution.objective)
    if proof is not None and proof.feasible and apart > max(SAME * float(lines.abs().sum()), DUST):
        raise PlannerError(
            f"the cost lines sum to {exact(lines.sum(), 10)} M USD and the objective is {exact(solution.objective, 10)}: "
            "an error of the planner, please report it with the scenario"
        )


def result_tables(answer: Answer) -> dict[str, pd.DataFrame]:
    """Every table of a plan but those that tell where its figures come from."""
    entries = ledger.ledger(answer)
    tables = {
        "costs": ledger.costs_table(answer, entries),
        "capacity": capacity_table(answer, entries),
        "energy": energy_table(answer),
        "work": work_table(answer),
        "smr_orders": orders_table(answer),
        "lng": lng_table(answer),
        "limits": limits.limits_table(answer),
        "markets": markets.markets_table(answer),
        "dispatch": dispatch_table(answer),
    }
    tables |= system.system_tables(answer)
    if paid := by_tariff(answer, entries):
        tables["bills"] = pd.DataFrame(paid)
    scarce = limits.scarce_words(tables["limits"], answer)
    tables["sites"] = sites_table(answer, ledger.site_costs(answer, entries), tables["energy"], scarce)
    tables["chips"] = chips_table(answer, tables["work"])
    tables["demand"] = demand_table(answer, tables["work"])
    return tables


def matrix_statistics(built: Built) -> dict[str, float | int]:
    """Size and coefficient range of the annual matrix."""
    A = built.problem.annual.A
    sizes = abs(A.data[A.data != 0])
    return {
        "rows": A.shape[0],
        "columns": A.shape[1],
        "nonzeros": int(A.nnz),
        "smallest_coefficient": float(sizes.min()),
        "largest_coefficient": float(sizes.max()),
        "site_years": len(built.problem.cells),
        "hours_per_site_year": len(built.inputs.timeline),
    }
