"""From a PyPSA network to zones: buses with power on them, their loads, generators and storage units, the lines and links between them.

capacity       p_nom; of what was extendable and solved p_nom_opt
cost           marginal_cost x what a unit of the network's money is worth; the mean where it goes by the hour
co2            co2_emissions of the carrier (t per MWh of fuel) / efficiency
inflow         of a storage unit: a plant of its p_nom whose year is limited by its inflow
lines          s_nom x s_max_pu both ways: what PyPSA calls transport, without Kirchhoff's second law

What has no place in a zone (heat, hydrogen, batteries as buses of their own, losses, commitment, ramps, expansion) is left out and told.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.base.files import read_bytes
from planner.imports.clock import standard_offset_h, zone
from planner.imports.pypsa.model import Meant, Network, Plant, Tie, Zone
from planner.imports.year import Rows, year_of

if TYPE_CHECKING:
    import pypsa

ELECTRIC = ("", "ac", "dc", "electricity")
"""Carriers of buses that become zones."""
LARGEST_FILE = 2_000_000_000  # bytes
MOST_ZONES = 300
EXPECTED = "a .nc file that PyPSA wrote, or its folder of CSV files"


def read(path: Path, meant: Meant) -> Network:
    """The zones of a network. Raises InputError for what is none, and for what it leaves open and nobody says."""
    if meant.usd is None:
        raise InputError(
            "what is the network's money worth?", file=path, key="--usd", expected="USD of 2023 a unit, such as 1.08"
        )
    n = opened(path)
    notes: list[str] = []
    buses = n.buses[n.buses["carrier"].str.casefold().isin(ELECTRIC)]
    if buses.empty:
        raise InputError("the network has no bus of carrier AC or DC", file=path, expected="buses with power on them")
    if len(buses) > MOST_ZONES:
        raise InputError(
            "the network has too many buses", file=path, value=len(buses), expected=f"at most {MOST_ZONES}: cluster it"
        )
    left = n.buses.loc[n.buses.index.difference(buses.index), "carrier"].value_counts()
    for carrier, count in left.items():
        notes.append(f"{count} buses of carrier {carrier} are left out, with what stands on them")
    hours = Hours(n, meant, path, notes)
    plants = all_plants(n, buses.index, meant.usd, notes)
    zones = tuple(
        Zone(
            name=str(name),
            country=country_of(row, meant, path),
            lat=float(row["y"]),
            lon=float(row["x"]),
            load_mw=loads(n, str(name)),
            plants=tuple(plants.get(str(name), ())),
            **storage(n, str(name)),
        )
        for name, row in buses.iterrows()
    )
    if not (buses["x"].any() or buses["y"].any()):
        notes.append("the buses have no coordinates: all sites stand at 0 north, 0 east")
    ties = all_ties(n, set(map(str, buses.index)), meant.usd, notes)
    return Network(tuple(map(hours.of_year, zones)), ties, hours.weights, notes)


def opened(path: Path) -> pypsa.Network:
    """A PyPSA network, with nothing fetched from anywhere. Raises InputError."""
    if path.suffix == ".nc":
        if read_bytes(path, LARGEST_FILE, EXPECTED)[:4] not in (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05"):
            raise InputError("the file is no netCDF", file=path, expected=EXPECTED)
    elif not (path / "buses.csv").is_file():
        raise InputError("this is no PyPSA network", file=path, expected=EXPECTED)
    try:
        import pypsa
    except ImportError:
        raise InputError("networks need the package pypsa", expected="pip install 'planner[pypsa]'") from None
    pypsa.options.general.allow_network_requests = False
    logging.getLogger("pypsa").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():  # about its own versions
            warnings.simplefilter("ignore")
            n = pypsa.Network(str(path))
    except (ValueError, KeyError, OSError, TypeError, AttributeError, IndexError) as error:
        raise InputError(
            "PyPSA cannot read the network", file=path, value=str(error)[:200], expected=EXPECTED
        ) from None
    for kind in ("investment_periods", "scenarios"):
        if getattr(n, f"has_{kind}", False):
            raise InputError(
                f"the network has {kind.replace('_', ' ')}", file=path, expected="one of them, saved alone"
            )
    return n


class Hours:
    """The snapshots of a network: a year that becomes 8,760 hours of UTC, or hours of its own that stay as they are."""

    def __init__(self, n: Any, meant: Meant, path: Path, notes: list[str]) -> None:
        self.stamps, self.notes = n.snapshots, notes
        whole = isinstance(n.snapshots, pd.DatetimeIndex) and len(n.snapshots) in (HOURS, HOURS + 24)
        self.weights = None if whole else n.snapshot_weightings["objective"].to_numpy(float)
        self.starts: list[Any] = []
        if whole:
            if meant.time_zone is None:
                raise InputError(
                    "in which time zone are the snapshots?", file=path, key="--time-zone", expected="UTC, +09:00, ..."
                )
            clock = zone(meant.time_zone)
            self.offset_h = standard_offset_h(clock, int(n.snapshots[0].year))
            utc = n.snapshots if n.snapshots.tz is not None else n.snapshots - pd.Timedelta(hours=self.offset_h)
            self.starts = list((utc if utc.tz is not None else utc.tz_localize("UTC")).to_pydatetime())
        else:
            notes.append(f"{len(n.snapshots)} snapshots are no year: they are hours of the scenario's own")

    def of_year(self, one: Zone) -> Zone:
        """A zone with its series in the order of UTC."""
        if not self.starts:
            return one
        series = {"load": one.load_mw} | {
            f"plant {p.name}": p.availability for p in one.plants if np.ptp(p.availability) > 0
        }
        columns = {name: values.tolist() for name, values in series.items()}
        made = year_of(Rows(self.starts, columns, dict.fromkeys(columns, ""), self.offset_h))
        self.notes += [note for note in made.notes if note not in self.notes]
        plants = (
            Plant(**vars(p) | {"availability": made.columns.get(f"plant {p.name}", p.availability[:HOURS])})
            for p in one.plants
        )
        return Zone(**vars(one) | {"load_mw": made.columns["load"], "plants": tuple(plants)})


def country_of(bus: pd.Series, meant: Meant, path: Path) -> str:
    """Code of the country of a bus. Raises InputError where neither it nor the user says one."""
    said = str(bus.get("country", "") or "").strip() or (meant.country or "")
    if said in ("", "nan"):
        raise InputError("in which country is the network?", file=path, key="--country", expected="a code such as DE")
    return said.upper()


def loads(n: Any, bus: str) -> Array:
    """What the loads of a bus draw by snapshot, MW."""
    names = n.loads.index[n.loads["bus"] == bus]
    if not len(names):
        return np.zeros(len(n.snapshots))
    drawn = n.get_switchable_as_dense("Load", "p_set", inds=names)
    return (drawn * -n.loads.loc[names, "sign"]).sum(axis=1).to_numpy(float)


def all_plants(n: Any, buses: Iterable[str], usd: float, notes: list[str]) -> dict[str, list[Plant]]:
    """Generators, and storage units with an inflow, by bus."""
    table = n.generators[n.generators["bus"].isin(list(buses))]
    most, least, cost = (
        n.get_switchable_as_dense("Generator", key, inds=table.index)
        for key in ("p_max_pu", "p_min_pu", "marginal_cost")
    )
    emits = n.carriers["co2_emissions"] if "co2_emissions" in n.carriers else pd.Series(dtype=float)
    found: dict[str, list[Plant]] = {}
    for name, row in table.iterrows():
        fuel = float(emits.get(row["carrier"], 0.0) or 0.0)
        plant = Plant(
            name=str(name),
            mw=standing(row, "p_nom"),
            usd_per_mwh=float(cost[name].mean()) * usd,
            kg_per_mwh=1e3 * fuel / float(row["efficiency"] or 1.0),
            availability=np.clip(most[name].to_numpy(float), 0.0, 1.0),
            least=float(np.clip(least[name].min(), 0.0, 1.0)),
        )
        if plant.mw > 0:
            found.setdefault(str(row["bus"]), []).append(plant)
    _told(notes, "have costs that go by the hour: their mean is taken", (cost.max() > cost.min()).sum())
    _told(
        notes,
        "are committed or have ramps: both are left out",
        int((table["committable"] | table["ramp_limit_up"].notna()).sum()),
    )
    _told(
        notes,
        "may be extended: they stand as the network has them, what may be built says grid.new",
        int(table["p_nom_extendable"].sum()),
    )
    for name, row in n.storage_units.iterrows():
        inflow = n.get_switchable_as_dense("StorageUnit", "inflow", inds=[name])[name].to_numpy(float)
        if str(row["bus"]) in set(buses) and inflow.any() and row["p_nom"] > 0:
            given = min(float(inflow.mean()) * float(row["efficiency_dispatch"]) / float(row["p_nom"]), 1.0)
            plant = Plant(
                str(name),
                standing(row, "p_nom"),
                float(row["marginal_cost"]) * usd,
                0.0,
                np.ones(len(n.snapshots)),
                0.0,
                given,
            )
            found.setdefault(str(row["bus"]), []).append(plant)
            notes.append(f"{name}: its inflow limits its year, not its hours")
    return found


def _told(notes: list[str], what: str, count: int) -> None:
    if count:
        notes.append(f"{count} generators {what}")


def standing(row: pd.Series, key: str) -> float:
    """Capacity of a component: as it was solved where it could be extended, else as it stands."""
    solved = float(row.get(f"{key}_opt", 0.0) or 0.0)
    return solved if bool(row[f"{key}_extendable"]) and solved > 0 else float(row[key])


def storage(n: Any, bus: str) -> dict[str, float]:
    """The storage units of a bus that have no inflow, together."""
    table = n.storage_units[n.storage_units["bus"] == bus]
    inflow = (
        n.get_switchable_as_dense("StorageUnit", "inflow", inds=table.index).sum()
        if len(table)
        else pd.Series(dtype=float)
    )
    units = [(standing(row, "p_nom"), row) for name, row in table.iterrows() if inflow[name] == 0]
    power = sum(mw for mw, _ in units)
    if power <= 0:
        return {}
    trip = sum(mw * float(row["efficiency_store"]) * float(row["efficiency_dispatch"]) for mw, row in units) / power
    return {
        "store_mw": power,
        "store_mwh": sum(mw * float(row["max_hours"]) for mw, row in units),
        "store_efficiency": trip,
    }


def all_ties(n: Any, buses: set[str], usd: float, notes: list[str]) -> tuple[Tie, ...]:
    """Lines, transformers and links between zones, those of a pair together."""
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}

    def add(row: pd.Series, there: float, back: float, cost: float) -> None:
        ends = str(row["bus0"]), str(row["bus1"])
        if buses.issuperset(ends) and ends[0] != ends[1]:
            turned = ends[0] > ends[1]
            found.setdefault((min(ends), max(ends)), []).append((back, there, cost) if turned else (there, back, cost))

    for table in (n.lines, n.transformers):
        for _, row in table.iterrows():
            mw = standing(row, "s_nom") * float(row["s_max_pu"])
            add(row, mw, mw, 0.0)
    lossy = 0
    for _, row in n.links.iterrows():
        mw = standing(row, "p_nom")
        add(row, mw * float(row["p_max_pu"]), mw * max(-float(row["p_min_pu"]), 0.0), float(row["marginal_cost"]) * usd)
        lossy += {str(row["bus0"]), str(row["bus1"])} <= buses and float(row["efficiency"]) != 1.0
    if lossy:
        notes.append(f"{lossy} links lose some of what they carry: losses are left out")
    if len(n.lines):
        notes.append("lines carry what they may, both ways, without Kirchhoff's second law")
    return tuple(
        Tie(start, end, sum(one[0] for one in many), sum(one[1] for one in many), _mean_cost(many))
        for (start, end), many in sorted(found.items())
    )


def _mean_cost(many: list[tuple[float, float, float]]) -> float:
    """Cost of a pair's ties by their capacity."""
    capacity = sum(there + back for there, back, _ in many)
    return sum((there + back) * cost for there, back, cost in many) / capacity if capacity > 0 else 0.0
