"""Build reference/*.csv, tables that only the report reads. Run: python data/build/reference.py SOURCE_FOLDER"""

from __future__ import annotations

import pandas as pd
from shared import COUNTRY, source_folder, write_csv


def main() -> None:
    grid = source_folder() / "grid"
    links = pd.read_csv(grid / "jp_interconnections.csv").rename(columns={"recommended_mw": "mw"})
    write_csv(links[["zone_a", "zone_b", "name", "type", "mw"]], "reference/jp_interconnections.csv")

    limits = pd.read_csv(grid / "us_interface_limits_z134.csv").query("region_a != region_b")
    columns = ["region_a", "region_b", "MW_forward", "MW_reverse"]
    mirrored = limits[columns].set_axis(["region_b", "region_a", "MW_reverse", "MW_forward"], axis=1)
    both = pd.concat([limits[columns], mirrored]).query("region_a < region_b")
    both = both.groupby(["region_a", "region_b"], as_index=False)[["MW_forward", "MW_reverse"]].sum().round(0)
    renamed = both.rename(columns={"MW_forward": "mw_a_to_b", "MW_reverse": "mw_b_to_a"})
    write_csv(renamed, "reference/us_interfaces.csv")

    marginal = pd.read_csv(grid / "marginal_carbon_regression.csv")
    marginal.columns = ["zone", "period", "average_kg_per_mwh", "marginal_kg_per_mwh", "r2"]
    write_csv(marginal, "reference/marginal_carbon.csv")

    margins = pd.read_csv(grid / "us_reserve_margin_nerc.csv").query("t <= 2040")
    margins = margins.rename(columns={"nercr": "region", "t": "year", "nerc": "margin"})
    write_csv(margins[["region", "year", "margin"]], "reference/us_reserve_margins.csv")

    levels = pd.read_csv(grid / "kr_jp_wholesale_price_levels.csv").query("hours > 6000")
    write_csv(levels, "reference/wholesale_levels.csv")

    tariff = pd.read_csv(grid / "kr_kepco_tariff_2026.csv")
    tariff.columns = ["tariff", "basic_krw_per_kw_month", "season", "band", "energy_krw_per_kwh", "effective"]
    write_csv(tariff, "reference/kepco_tariff.csv")
    bands = pd.read_csv(grid / "kr_tou_bands.csv").query("version == '2026'")
    write_csv(bands.drop(columns="version"), "reference/kepco_bands.csv")

    mix = pd.read_csv(grid / "national_energy_mix_owid.csv")
    mix["country"] = mix["iso3"].map(COUNTRY)
    mix = mix.drop(columns=["iso3", "iso_code", "country_name", "per_capita_Wh", "other_renewable_exc_biofuel_TWh"])
    mix.columns = [c.replace("_TWh", "_twh").replace("hydroelectricity", "hydro") for c in mix.columns]
    mix = mix.rename(columns={"carbon_intensity": "carbon_lifecycle_kg_per_mwh"})
    first = ["country", "year", "total_twh", "carbon_lifecycle_kg_per_mwh"]
    write_csv(mix[[*first, *sorted(set(mix.columns) - set(first))]], "reference/national_mix.csv")


if __name__ == "__main__":
    main()
