"""The zone of the power system in which a site lies: which names go where, and what is said or refused where none is told."""

from __future__ import annotations

from typing import Any

import pytest

from planner.base.errors import InputError
from planner.instance.assemble import assemble
from planner.instance.model import Inputs
from planner.scenario import parse
from tests.grid.test_planned import SITE, world, zone
from tests.instance.test_zones import KOREA

NORTH = {"name": "north", "country": "KR", "lat": 37.45, "lon": 126.7}  # beside Incheon, in the capital's zone
UNNAMED = {key: value for key, value in SITE.items() if key != "zone"}


def inputs(document: dict[str, Any], **changes: Any) -> Inputs:
    return assemble(parse(document | changes), lambda _: None)


def of_korea(*add: dict[str, Any], use: object = ("KR-ULSAN",), **grid: Any) -> Inputs:
    sites = {"use": use if use == "all" else list(use), "add": list(add)}  # type: ignore[call-overload]
    return inputs(KOREA, sites=sites, grid={"model": "system"} | grid)


def homes(found: Inputs) -> dict[str, str]:
    assert found.system is not None
    return found.system.home


def refused(document: dict[str, Any], **changes: Any) -> InputError:
    with pytest.raises(InputError) as error:
        inputs(document, **changes)
    return error.value


def test_campuses_of_a_zone_that_is_not_planned_are_moved_aloud_once_a_zone() -> None:
    """Without a word they lay in the zone that was planned."""
    found = of_korea(use="all", zones=["KR-CAP"])
    said = [note for note in found.notes if "taken as in" in note]
    assert set(homes(found).values()) == {"KR-CAP"} and len(said) == 1
    assert said[0].startswith("KR-REG is not planned (grid.zones): KR-HAENAM, KR-ULSAN, ")
    assert said[0].endswith(" more are taken as in KR-CAP, the nearest")
    one = [note for note in of_korea(zones=["KR-CAP"]).notes if "taken as in" in note]
    assert one == ["KR-REG is not planned (grid.zones): KR-ULSAN is taken as in KR-CAP, the nearest"]
    assert not [note for note in of_korea(use="all").notes if "taken as in" in note]


def test_a_site_may_name_a_zone_of_the_power_system_and_pays_as_its_nearest_catalog_site_there() -> None:
    """In the zone of the rest, north lies nearest to Chuncheon or the coast of Chungnam, not to Incheon."""
    found = of_korea(NORTH | {"zone": "KR-REG"}, NORTH | {"name": "plain"}, NORTH | {"name": "prices", "zone": "KR"})
    assert homes(found) == {"KR-ULSAN": "KR-REG", "north": "KR-REG", "plain": "KR-CAP", "prices": "KR-CAP"}
    assert {site.zone for site in found.sites.values()} == {"KR"}
    assert not [note for note in found.notes if note.startswith("north") and "power system" in note]
    lent = next(note for note in found.notes if note.startswith("north") and "headroom" in note and "zone" in note)
    assert "KR-INCHEON" not in lent
    for name in ("plain", "prices"):
        said = f"{name}: it names no zone of the power system, taken as in KR-CAP, that of the nearest catalog site"
        assert [note for note in found.notes if note.startswith(name) and "taken as in" in note] == [said]


def test_under_a_tariff_too_a_zone_of_the_power_system_says_whose_prices_a_site_has() -> None:
    found = of_korea(NORTH | {"zone": "KR-REG"}, model="tariff")
    assert found.system is None and found.sites["north"].zone == "KR"


def test_a_site_beside_those_of_the_catalog_may_lie_in_a_zone_of_ones_own() -> None:
    own = {"ISLAND": {"country": "KR", "load": 10, "plants": [{"name": "coal", "capacity": 50}]}}
    sites = {"use": ["KR-ULSAN"], "add": [NORTH | {"zone": "ISLAND"}]}
    assert homes(inputs(KOREA, sites=sites, zones=own))["north"] == "ISLAND"


def test_a_zone_that_is_neither_is_refused_with_the_nearest_of_both() -> None:
    error = refused(KOREA, sites={"use": ["KR-ULSAN"], "add": [NORTH | {"zone": "KR-CPA"}]})
    assert error.message == "unknown zone 'KR-CPA'" and error.key == "sites.add[0].zone"
    assert error.expected == "one that prices are of: KR; one of the power system: KR-CAP or KR-REG"
    abroad = refused(KOREA, sites={"use": ["KR-ULSAN"], "add": [NORTH | {"zone": "US-ERC"}]})
    assert abroad.message == "zone US-ERC lies in US, not in KR"
    prices = refused(
        KOREA, sites={"use": ["KR-ULSAN"], "add": [NORTH | {"zone": "JP-TK"}]}
    )  # it was called so, and paid as KR
    assert prices.message == "zone JP-TK lies in JP, not in KR"
    left = refused(
        KOREA,
        sites={"use": ["KR-ULSAN"], "add": [NORTH | {"zone": "KR-CAP"}]},
        grid={"model": "system", "zones": ["KR-REG"]},
    )
    assert left.message == "zone KR-CAP is not planned (grid.zones)" and left.expected == "one of KR-REG, or no zone"


def test_a_country_without_a_planned_zone_is_refused() -> None:
    error = refused(
        KOREA | {"countries": ["KR", "JP"]},
        sites={"use": ["KR-ULSAN", "JP-TOKYO"]},
        grid={"model": "system", "zones": ["KR-REG"]},
    )
    assert error.key == "grid.zones" and "in no planned zone" in error.message


def test_an_unknown_zone_of_a_site_among_zones_of_ones_own_is_refused() -> None:
    """It was taken for the first zone, with a note."""
    sites = {"use": [], "add": [SITE | {"zone": "North-Wst"}]}
    error = refused(world({"North-West": zone(75.0), "South": zone(75.0)}, 10.0, sites=sites))
    assert error.message == "unknown zone 'North-Wst'" and str(error.expected).startswith("did you mean North-West")
    assert error.key == "sites.add[0].zone"


def test_a_site_that_names_none_of_several_zones_of_ones_own_is_refused_with_them() -> None:
    """Zones of one's own lie nowhere: the first in the file was called the nearest."""
    sites = {"use": [], "add": [UNNAMED]}
    error = refused(world({"A": zone(75.0), "B": zone(75.0)}, 10.0, sites=sites))
    assert error.message == "campus names no zone, and US has 2" and error.expected == "one of A, B"
    assert error.key == "sites.add.campus.zone"
    alone = inputs(world({"A": zone(75.0)}, 10.0, sites=sites))
    assert homes(alone) == {"campus": "A"}
    assert "campus: it names no zone of the power system, taken as in A, the only one of US" in alone.notes


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"zones": {"A": zone(75.0), "US-ERX": {"load_scale": 2}}}, "zones.US-ERX"),
        ({"zones": {"A": zone(75.0), "US-ERC": {"fleet_scale": {"nonsense": 0}}}}, "zones.US-ERC"),
        ({"grid": {"model": "system", "zones": ["US-ERC"], "new": []}}, "grid.zones"),
    ],
)
def test_zones_of_a_catalog_that_is_not_planned_are_refused(changes: dict[str, Any], key: str) -> None:
    """They were not looked at where sites.use is an empty list."""
    assert refused(world({"A": zone(75.0)}, 10.0), **changes).key == key


def link(*between: str) -> dict[str, Any]:
    return {"between": list(between), "capacity": 10}


@pytest.mark.parametrize("trade", [True, False])
def test_a_link_to_nowhere_and_one_given_twice_are_refused_whether_zones_trade_or_not(trade: bool) -> None:
    document = world({"A": zone(75.0), "B": zone(75.0)}, 10.0, grid={"model": "system", "new": [], "links": trade})
    nowhere = refused(document, links=[link("A", "C")])
    assert nowhere.key == "links[0].between[1]" and "leads nowhere" in nowhere.message
    twice = refused(document, links=[link("A", "B"), link("B", "A")])
    assert twice.key == "links[1].between" and twice.message == "the link between B and A is given twice"
    assert "links[0]" in str(twice.expected)


def test_a_zone_that_nothing_can_feed_is_refused() -> None:
    nothing = {"country": "US", "load": 5, "plants": [{"name": "coal", "capacity": {"2030": 0, "2040": 0}}], "new": []}
    zones = {"A": zone(75.0), "B": nothing}
    error = refused(world(zones, 10.0))
    assert error.message == "zone B has no supply" and error.key == "zones.B"
    assert refused(world(zones, 10.0), links=[link("A", "B") | {"capacity": 0}]).message == "zone B has no supply"
    unbuilt = zones | {"B": nothing | {"new": ["gas"], "new_limit": {"gas": 0}}}
    turbine = {"name": "gas", "kind": "thermal", "capex": 500, "variable_cost": 40}
    assert refused(world(unbuilt, 10.0), technologies=[turbine]).message == "zone B has no supply"
    assert homes(inputs(world(zones, 10.0, links=[link("A", "B")]))) == {"campus": "A"}
