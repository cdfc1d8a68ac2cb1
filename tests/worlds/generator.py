"""Small worlds at random: scenarios without a catalog, of every kind of plant, price, rule and name that a scenario may say."""

from __future__ import annotations

from typing import Any

from tests.worlds import dice as st

World = dict[str, Any]

PLANTS = [
    "sun",
    "unserved sun",
    "grid2",
    "smr",
    "gas_x",
    "wind_on-2",
    "pausedly",
    "x charge",
    "tier 1",
    "all",
    "발전소",
    "a|b",
]
SITES = ["bus", "all", "grid", "US", "load"]
WORKS = ["w", "flat", "load", "paused", "all"]
YEARS = [2030, 2033, 2040]


def tenths(low: float, high: float) -> st.Strategy[float]:
    """Figures of one decimal."""
    return st.integers(round(low * 10), round(high * 10)).map(lambda n: n / 10)


def by_hour(values: st.Strategy[float], hours: int) -> st.Strategy[list[float]]:
    return st.lists(values, min_size=hours, max_size=hours)


def by_year(values: st.Strategy[float]) -> st.Strategy[Any]:
    """One figure, or years with figures, which need not be the stages'."""
    some = st.lists(st.sampled_from([2030, 2031, 2035, 2040]), min_size=1, max_size=3, unique=True)
    return values | some.flatmap(lambda years: st.fixed_dictionaries(dict.fromkeys(sorted(years), values)))


@st.composite
def chosen(draw: st.DrawFn, **optional: st.Strategy[Any]) -> World:
    """Some of these keys; each is left out as often as not."""
    return {key: draw(values) for key, values in optional.items() if draw(st.booleans())}


@st.composite
def plants(draw: st.DrawFn, name: str, hours: int) -> World:
    """A plant of any kind, with some of the figures that its kind has."""
    kind = draw(st.sampled_from(["thermal", "thermal", "nuclear", "must_take", "storage"]))
    share = tenths(0, 1)
    plant = {"name": name, "kind": kind} | draw(
        chosen(
            annual_cost=tenths(1, 90),
            capex=by_year(tenths(10, 900)),
            lifetime=st.sampled_from([1.0, 2.5, 3.5, 5.4, 7.25, 11.0, 40.0]),
            variable_cost=tenths(0, 40),
            firm=share,
            first_year=st.sampled_from([2000, 2031, 2033]),
            limit=tenths(0, 60),
        )
    )
    if kind == "must_take":
        plant.setdefault("limit", 25.0)
    if kind == "storage":
        return plant | draw(
            chosen(energy_capex=by_year(tenths(1, 90)), efficiency=tenths(0.3, 1), firm_hours=tenths(0.5, 6))
        )
    if draw(st.booleans()):
        plant |= {"heat_rate": draw(tenths(1, 12))} | draw(chosen(co2=tenths(10, 100)))
        gas = draw(st.booleans()) and kind != "nuclear"
        plant |= {"fuel": "gas"} if gas else {"fuel_price": draw(tenths(0, 9))}
    if kind == "nuclear":
        return plant | draw(chosen(min_output=share, availability=tenths(0.3, 1), unit_size=tenths(1, 40)))
    return plant | draw(chosen(availability=by_hour(share, hours) | tenths(0.2, 1)))


@st.composite
def sites(draw: st.DrawFn, name: str, country: str, hours: int, plants: list[World]) -> World:
    """A site, with any figure that it may have of its own."""
    price = tenths(-30, 120) if draw(st.integers(0, 3)) == 0 else tenths(0, 120)
    site = {"name": name, "country": country} | (
        {"lat": 39, "lon": -96} if country == "US" else {"lat": 36, "lon": 138}
    )
    site |= (
        {"hourly_price": draw(by_hour(price, hours))} if draw(st.booleans()) else {"energy_price": draw(by_year(price))}
    )
    site |= draw(
        chosen(
            pue=tenths(1, 1.9),
            capacity_charge=tenths(0, 9),
            headroom=by_year(tenths(0, 60)),
            land_limit=tenths(20, 300),
            gas_price=by_year(tenths(1, 12)),
            shell_cost=tenths(0, 1),
            smr=st.booleans(),
        )
    )
    carbon = (
        {"hourly_carbon": by_hour(tenths(0, 900), hours)}
        if draw(st.booleans())
        else {"carbon_intensity": by_year(tenths(0, 900))}
    )
    site |= draw(chosen(**carbon))
    if "land_limit" in site:
        site |= draw(chosen(campus_cost=tenths(0, 9)))
    runs = [plant["name"] for plant in plants if plant["kind"] in ("thermal", "must_take")]
    if runs and draw(st.integers(0, 2)) == 0:
        site["capacity_factor"] = {draw(st.sampled_from(runs)): draw(by_hour(tenths(0, 1), hours))}
    return site


@st.composite
def works(draw: st.DrawFn, name: str, countries: list[str], hours: int, places: list[str]) -> World:
    """Work as a load, or with a chip of its own."""
    work: World = {"owner": draw(st.sampled_from(countries)), "name": name}
    work |= draw(
        chosen(
            shape=by_hour(tenths(0.1, 3), hours),
            home_share=tenths(0, 1),
            delivery_cost=st.dictionaries(st.sampled_from(places), tenths(0, 40)),
        )
    )
    valued = draw(st.booleans())
    if draw(st.integers(0, 2)):
        work |= {"value": draw(tenths(0.1, 900))} if valued else {}
        return work | {"load": draw(by_year(tenths(0.5, 20)))}
    if valued:  # of a unit, of which there are millions: what is not done must not hide the rest
        work["value"] = draw(st.sampled_from([0.001, 0.01, 0.05]))
    use = {"work_per_hour": draw(tenths(0.5, 20)), "active": draw(tenths(200, 1500))}
    use |= draw(chosen(idle=tenths(0, 200), price=by_year(tenths(1, 9000)), provision=tenths(300, 2000)))
    if "price" in use and "shape" not in work:
        work |= draw(chosen(pausable=tenths(0.1, 1)))
    hourly = 1e3 * use["work_per_hour"] * draw(tenths(0.5, 20))
    return work | {
        "chip_use": use,
        "work": draw(by_year(st.sampled_from([1.0, 2.0, 0.5]).map(lambda f: f * hourly * 8760))),
    }


def policies(countries: list[str]) -> st.Strategy[World]:
    """Some rules, for some countries or all."""
    one, share = st.sampled_from(countries), tenths(0, 0.7)
    anybody = st.sampled_from([*countries, "all"])
    return chosen(
        carbon_price=st.dictionaries(one, by_year(tenths(0, 150)), min_size=1),
        carbon_cap=st.dictionaries(anybody, by_year(tenths(0, 90)), min_size=1),
        clean_share=st.dictionaries(anybody, by_year(share), min_size=1),
        hourly_clean_share=st.dictionaries(anybody, by_year(share), min_size=1),
        country_share=st.dictionaries(one, by_year(tenths(0.5, 1)), min_size=1),
        pue_limit=st.dictionaries(one, by_year(tenths(1.2, 1.9)), min_size=1),
    )


def chips_of(workloads: list[World]) -> list[str]:
    """Names of the chips that works describe."""
    return ["load" if "chip_use" not in work else f"{work['name']} chip" for work in workloads]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A scenario of one to three sites, stages and plants, a few hours, one or two works."""
    hours = draw(st.sampled_from([1, 2, 3, 4, 6, 8]))
    countries = draw(st.sampled_from([["US"], ["US", "JP"]]))
    stages = YEARS[: draw(st.integers(1, 3))]
    names = draw(st.lists(st.sampled_from(PLANTS), max_size=4, unique=True))
    technologies = [draw(plants(name, hours)) for name in names]
    grid = not technologies or draw(st.booleans())
    places = draw(st.lists(st.sampled_from(SITES), min_size=1, max_size=3, unique=True))
    added = [draw(sites(place, draw(st.sampled_from(countries)), hours, technologies)) for place in places]
    workloads = [
        draw(works(name, sorted({site["country"] for site in added}), hours, places))
        for name in draw(st.lists(st.sampled_from(WORKS), min_size=1, max_size=2, unique=True))
    ]
    time = {"hours": hours} | draw(chosen(step_hours=st.sampled_from([0.5, 3.0])))
    if all(plant["kind"] != "storage" for plant in technologies):  # a store knows only hours that count the same
        time |= draw(chosen(weights=by_hour(tenths(0.5, 9), hours)))
    catalog = {}
    if grid and draw(
        st.booleans()
    ):  # what only the catalog knows: dearer and later steps of connection, zones with a limit
        step = st.tuples(by_year(tenths(0, 30)), tenths(0, 50))
        catalog = draw(
            chosen(
                tiers=st.dictionaries(st.sampled_from(places), st.lists(step, min_size=1, max_size=3), min_size=1),
                zones=st.dictionaries(st.sampled_from(places), by_year(tenths(0, 60)), min_size=1),
            )
        )
    world = catalog | {
        "name": "world",
        "countries": countries,
        "stages": stages,
        "horizon_end": stages[-1] + draw(st.integers(1, 9)),
        "discount_rate": draw(st.sampled_from([0.0, 0.05, 0.09])),
        "time": time,
        "sites": {"use": [], "add": added},
        "workloads": workloads,
        "power": ["grid"] if grid else [],
        "technologies": technologies,
        "solve": {"gap": 1e-7, "whole_units": False, "integer": draw(st.integers(0, 6)) == 0},
    }
    return world | draw(
        chosen(
            policy=policies(countries),
            reliability=chosen(
                reserve_margin=tenths(0, 1),
                reserve=st.sampled_from(["both", "margin", "blocks"]),
                island=st.just(bool(technologies) and draw(st.booleans())),
            ),
            grid=chosen(curtailable_hours=tenths(0, 3000), curtailable_share=tenths(0, 1)),
            demand_scale=st.dictionaries(st.sampled_from(countries), by_year(tenths(0, 2))),
            chips=chosen(
                lifetime=st.sampled_from([1.0, 3.5, 5.0, 8.0]),
                supply=st.dictionaries(st.sampled_from(chips_of(workloads)), by_year(tenths(500, 90000)), min_size=1),
            ),
            unserved_energy_usd_per_mwh=tenths(0, 4000),
            alliance=st.just({"pools": ["lng", "chips"]}),
        )
    )
