"""What summary.json says of a zone: what the grid has built there in all, with the campuses and without."""

import pandas as pd

from planner.plan.tables import TABLES
from planner.readout.system import summary


def test_what_is_built_is_told_in_all_and_without_the_campuses() -> None:
    zone = dict.fromkeys(TABLES["zones"], 0.0) | {"zone": "A", "stage": 2030}
    plants = [("gas_cc_h", 900.0, 400.0), ("solar_pv", 300.0, 300.0), ("wind_on", 0.2, 0.0), ("coal", 0.0, 0.0)]
    capacity = pd.DataFrame(plants, columns=["plant", "new_mw", "new_without_mw"]).assign(zone="A", stage=2030)
    (row,) = summary({"zones": pd.DataFrame([zone]), "zone_capacity": capacity})
    assert row["new_mw"] == {"gas_cc_h": 900.0, "solar_pv": 300.0}
    assert row["new_without_mw"] == {"gas_cc_h": 400.0, "solar_pv": 300.0}
