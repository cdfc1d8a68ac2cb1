"""The first screen: what to do now, by when, what it costs, what decides it, what dearer gas does, how sure it is, what
it does to others; and six figures.

Every number is a figure of the summary or a sum of a table. IT is rated by what is provided for all that stands at a site (land and shells
count that), peak is a site's largest hour, firm what must be served in its design hour when all that may pause does, mean its energy of a
year over the hours; a load without another word is the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from planner.base.names import CURTAILABLE_GRID, GIVEN_LOAD, GRID
from planner.plan.plan import Plan
from planner.words import (
    alliance,
    costs,
    dearer_gas,
    limits,
    markets,
    older,
    others,
    pivots,
    places,
    ranges,
    reality,
    style,
    undone,
)
from planner.words.figures import chips, gap, money, mw, num, pct
from planner.words.language import listed, mark, run_on, say, sentence
from planner.words.names import Names
from planner.words.unfinished import unfinished

LARGEST = 3  # sites, orders and limits that are named
BESIDE = 0.05  # of what the dearest limit is worth: less is not told beside it
SHOWN = 0.005  # of a mix: less is not worth a word
STOP = mark("{told}.")


@dataclass(frozen=True)
class Line:
    """One line of the answer: its question in a word or two, and the sentences that answer it."""

    label: str
    text: Markup


@dataclass(frozen=True)
class Tile:
    """One of the six figures at the top of the report, with what it is of, its unit, and a year where it is of one."""

    label: str
    figure: Markup
    unit: Markup | str


def answer(plan: Plan, *, proof: bool = True) -> list[Line]:
    """The answer in lines, in the order in which a reader asks; without `proof` (the console's ten lines) what dearer gas
    does, how sure it is and the reality check are left out."""
    years = [year for year in pivots.stages_of(plan.tables) if len(open_sites(plan, year))]
    left = [Line(say(mark("Not done")), run_on(told))] if (told := undone.sentences(plan)) else []
    if not years:
        nothing = Line(say(mark("Now")), sentence(mark("The plan builds nothing.")))
        cost = [Line(say(mark("Cost")), _cost(plan))] if len(plan.tables["costs"]) else []
        return [nothing, *left, *cost, *([_sure(plan)] if proof else []), *_older(plan)]
    found = [Line(sentence(mark("Now, for {year}"), year=years[0]), _now(plan, years[0]))]
    if len(years) > 1:
        found.append(Line(say(mark("Then")), _then(plan, years[1:])))
    found += left
    found.append(Line(say(mark("Fed by")), fed(plan, years[-1])))
    found.append(Line(say(mark("Cost")), _cost(plan)))
    found.append(Line(say(mark("What decides it")), _decides(plan)))
    dearer = dearer_gas.sentences(plan) if proof else []
    found += [Line(say(dearer_gas.LABEL), run_on(dearer))] if dearer else []
    if proof:
        found.append(Line(say(mark("Why here")), run_on(places.sentences(plan, years[-1]))))
        found.append(_sure(plan))
    found += _together(plan)
    pay = [*markets.short(plan.summary), *others.bills(plan, years[-1])]
    if pay or proof:
        found.append(Line(say(mark("Others")), run_on(pay) or others.nobody(plan)))
    found += [Line(say(mark("Reality check")), _real(plan))] if proof else []
    return [*found, *_older(plan)]


def open_sites(plan: Plan, year: int) -> pd.DataFrame:
    """The rows of the sites that run in a stage, largest first."""
    sites = plan.tables["sites"]
    here = sites[(sites["stage"] == year) & sites["open"].astype(bool)]
    return here.sort_values("facility_mw", ascending=False, kind="stable")


def has_chips(plan: Plan) -> bool:
    """Does the plan choose chips at all, or only feed a load that was given in MW? Such a load stands in the tables as one chip per MW."""
    table = plan.tables["chips"]
    return bool(((table["chip"] != GIVEN_LOAD) & (table["standing_thousand"] > 0)).any())


def _now(plan: Plan, year: int) -> Markup:
    """What stands in the first stage, where, and what must be ordered for it by when."""
    here, names = open_sites(plan, year), Names(plan)
    largest = listed(
        Markup("{} {}").format(row.name, mw(row.facility_mw)) for row in here[:LARGEST][["name", "facility_mw"]].itertuples(index=False)
    )  # fmt: skip
    loads = here.groupby("country")["facility_mw"].sum()
    by_country = listed(
        Markup("{} {}").format(names.country(country), mw(loads[country]))
        for country in plan.countries.ordered(loads.index)
    )
    message = mark("Run {load} at {sites} of {candidates} candidate sites ({countries}). The largest: {largest}.")
    if len(here) == 1:
        message = mark("Of {candidates} candidate sites run one: {largest}.")
    text = sentence(
        message,
        load=mw(here["facility_mw"].sum()),
        sites=num(len(here)),
        candidates=num(plan.tables["sites"]["site"].nunique()),
        countries=by_country,
        largest=largest,
    )
    orders = listed(_orders(plan, year))
    return run_on([text, sentence(mark("Order for it: {orders}."), orders=orders)]) if orders else text


def _orders(plan: Plan, year: int) -> list[Markup]:
    """The largest things to be ordered for a stage, with the year by which: machines, then the connections to the grid."""
    frame, names = plan.tables["capacity"], Names(plan)
    built = frame[frame["stage"] == year].groupby("technology")["built_mw"].sum().sort_values(ascending=False)
    grid = frame[
        (frame["stage"] == year) & frame["technology"].isin([GRID, CURTAILABLE_GRID]) & (frame["built_mw"] > 0.5)
    ]
    found = []
    for technology, rated in built.drop([GRID, CURTAILABLE_GRID], errors="ignore")[:LARGEST].items():
        if rated < 0.5:
            continue
        lead = names.lead_years(str(technology))
        message = mark("{what} {rated} by {year}") if lead > 0 else mark("{what} {rated}")
        found.append(sentence(message, what=names.source(str(technology)), rated=mw(rated), year=int(year - lead)))
    if len(grid):
        sites = grid["site"].nunique()
        message = (
            mark("grid connections of {rated} at {sites} sites") if sites != 1 else mark("a grid connection of {rated}")
        )
        found.append(sentence(message, rated=mw(grid["built_mw"].sum()), sites=num(sites)))
    return found


def _then(plan: Plan, years: list[int]) -> Markup:
    parts = []
    for year in years:
        here = open_sites(plan, year)
        message = mark("{load} at {sites} sites in {year}") if len(here) != 1 else mark("{load} at one site in {year}")
        parts.append(sentence(message, load=mw(here["facility_mw"].sum()), sites=num(len(here)), year=year))
    return sentence(STOP, told=listed(parts))


def fed(plan: Plan, year: int) -> Markup:
    """Where the energy of a stage comes from, in shares of what sources give."""
    energy = plan.tables["energy"]
    wide = pivots.by_family(energy[energy["stage"] == year].assign(all=0), ["all"])
    if wide.empty:
        return sentence(mark("Nothing is served."))
    given = wide.sum().drop(["paused", "unserved", "battery"], errors="ignore")
    mix = (given / given.sum()).sort_values(ascending=False, kind="stable")
    parts = listed(
        Markup("{} {}").format(say(style.FAMILY[str(key)].label), pct(value))
        for key, value in mix.items()
        if value >= SHOWN
    )
    return sentence(
        mark("{mix} of the energy given in {year}; what batteries store is counted once."), mix=parts, year=year
    )


def _cost(plan: Plan) -> Markup:
    """The whole cost and the last stage's yearly one, with the part of power."""
    frame, scenario = plan.tables["costs"], plan.scenario
    whole, last = float(frame["musd"].sum()), frame["stage"].max()
    bill = float(costs.power_bill(frame)["musd"].sum())
    year = frame[frame["stage"] == last]
    text = sentence(
        mark("{whole} over {first} to {last} (present value of {base}, USD of 2023); {yearly} a year in {stage}."),
        whole=money(whole),
        first=min(pivots.stages_of(plan.tables)),
        last=int(scenario.get("horizon_end", last + 1)) - 1,
        base=min(pivots.stages_of(plan.tables)),
        yearly=money(float(year["musd_per_year"].sum())),
        stage=int(last),
    )
    share = sentence(
        mark("The power bill is {bill} of it, {share}."), bill=money(bill), share=pct(bill / whole if whole else 0.0)
    )
    return run_on([text, share, *undone.in_cost(plan)])


def _decides(plan: Plan) -> Markup:
    """The limits that would save the most if they were moved by a step."""
    found = pd.concat([limits.scarce(plan), limits.late(plan)], ignore_index=True)
    if found.empty:
        return sentence(mark("No limit binds: costs alone decide."))
    found = found.sort_values("worth_musd_per_year", ascending=False, kind="stable")
    told = found[found["worth_musd_per_year"] >= BESIDE * found["worth_musd_per_year"].max()].head(LARGEST)
    return run_on(sentence(STOP, told=limits.told(row)) for _, row in told.iterrows())


def _together(plan: Plan) -> list[Line]:
    """What members of an alliance save together, and who pays whom; nothing for a plan of anything else."""
    found = alliance.found_of(plan)
    if found is None:
        return []
    of = plan.countries
    saved = run_on([alliance.saved(found, of), alliance.shared(found, of)])
    paid = run_on([alliance.paid(found, of), *alliance.others(found, of)])
    return [Line(say(mark("Together")), saved), Line(say(mark("Who pays")), paid)]


def _older(plan: Plan) -> list[Line]:
    return [Line(say(older.LABEL), told) for told in older.sentences(plan)]


def _real(plan: Plan) -> Markup:
    """Where the plan and what the world has announced lie far apart, the loudest first."""
    told = reality.sentences(plan)
    if not told:
        return sentence(mark("Nothing of it lies far from what was published or announced."))
    rest = len(told) - LARGEST
    more = [sentence(mark("The section of this name has {count} more."), count=num(rest))] if rest > 0 else []
    return run_on([*told[:LARGEST], *more])


def _sure(plan: Plan) -> Line:
    """How good the proof is: of the whole, and of the power bill that chips would hide."""
    proof = plan.summary["certificate"]
    text = sentence(mark("No plan for this scenario can be cheaper by more than {gap}"), gap=gap(proof["gap"]))
    finer = gap(proof.get("power_gap", 0.0)).striptags() != gap(proof["gap"]).striptags()
    if (
        finer and 0.0 < proof.get("power_gap", 0.0) < 1.0
    ):  # chips hide the power: the mix is proven less finely than the whole
        text += sentence(mark(", which is {gap} of the power bill"), gap=gap(proof["power_gap"]))
    text += sentence(mark("; sites and mixes closer in cost than that are not told apart."))
    told = [text, *unfinished(plan.summary)]
    low, high = money(proof["lower_bound_musd"]), money(plan.summary["objective_musd"])
    if low.striptags() != high.striptags():
        told.append(sentence(mark("The least cost lies between {low} and {high}."), low=low, high=high))
    assumed = plan.tables["assumptions"]
    if len(assumed):
        message = mark("{count} figures are assumed or modelled, not published.")
        told.append(sentence(message, count=num(len(assumed))))
    told += ranges.sentences(plan.ranges, Names(plan))
    return Line(say(mark("How sure")), run_on(told))


def tiles(plan: Plan) -> list[Tile]:
    """Six figures that mean something for the plan: accelerators where it chooses chips, the cost of supply where it feeds a load."""
    head, sites = plan.summary["headline"], plan.tables["sites"]
    year = pivots.stages_of(plan.tables)[-1]
    here, frame = sites[sites["stage"] == year], plan.tables["costs"]
    bill = float(costs.power_bill(frame[frame["stage"] == year])["musd_per_year"].sum())
    energy_gwh, open_here = float(here["energy_gwh"].sum()), here["open"].astype(bool)
    load = sentence(
        mark("mean in {year}, {it} of it IT; sites peak at {peak}; {rated} of IT rated"),
        year=year,
        peak=mw(here["facility_peak_mw"].sum()),
        rated=mw(here["it_rated_mw"].sum()),
        it=mw(head["it_mw"]),
    )
    yearly = sentence(mark("a year in {year} (USD of 2023)"), year=year)
    carbon = _per(head["co2_mt"] * 1e6, energy_gwh)
    return [
        Tile(say(mark("Load")), mw(head["facility_mw"]), load),
        Tile(
            say(mark("Sites")),
            num(int(open_here.sum())),
            sentence(mark("run in {year}, of {all} candidates"), year=year, all=num(sites["site"].nunique())),
        ),
        _computing(plan, year) if has_chips(plan) else _supply(bill, head["it_mw"], year),
        Tile(say(mark("Cost")), money(head["cost_musd_per_year"]), yearly),
        Tile(
            say(mark("Power costs")),
            num(_per(bill * 1e3, energy_gwh)),
            sentence(mark("USD/MWh of the load in {year}; {bill} a year"), year=year, bill=money(bill)),
        ),
        Tile("CO2", num(head["co2_mt"]), sentence(mark("million t in {year}; {rate} kg/MWh"), year=year, rate=num(carbon))),
    ]  # fmt: skip


def _computing(plan: Plan, year: int) -> Tile:
    """Accelerators that stand, and what an hour of one costs with all that is around it, where nothing else is fed beside them."""
    head, here = plan.summary["headline"], plan.tables["chips"]
    here = here[here["stage"] == year]
    given = here["chip"] == GIVEN_LOAD
    if given.any():
        standing = float(here.loc[~given, "standing_thousand"].sum())
        return Tile(say(mark("Accelerators")), chips(standing), sentence(mark("standing in {year}"), year=year))
    unit = sentence(
        mark("standing in {year}; {cost} USD per chip-hour"), year=year, cost=num(head["usd_per_chip_hour"])
    )
    tokens = head.get("usd_per_million_tokens")
    if tokens is not None and tokens == tokens:
        unit += sentence(mark(", {cost} USD per million tokens"), cost=num(tokens))
    return Tile(say(mark("Accelerators")), chips(head["chips_thousand"]), unit)


def _supply(bill_musd: float, it_mw: float, year: int) -> Tile:
    """What a kW of mean IT load costs to feed for a year."""
    cost = _per(bill_musd * 1e3, it_mw)
    return Tile(
        say(mark("Feeding the load")), num(cost), sentence(mark("USD a year per kW of mean IT load, {year}"), year=year)
    )


def _per(amount: float, of: float) -> float | None:
    return amount / of if of > 0 else None
