"""Commented scenarios to start from: `quickstart` under another name, or one that waits for sites of one's own in a country."""

from __future__ import annotations

import os
import re
from pathlib import Path

from planner.base.constants import CONFIGS
from planner.base.countries import countries
from planner.base.errors import InputError, unknown_name

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


OWN_SITES = """# yaml-language-server: $schema=scenario.schema.json
# Sites of your own in one country. Until they are brought (`sites.file`, `planner sites check FILE`) it plans with the catalog's.
name: quickstart
description: Which of my sites to build, and what feeds them.

countries: [{country}]
stages: [2028, 2032] # investment years; each is operated through one representative year
time: {{ days: 4 }}

sites: {{ use: all }}

# IT load in MW (assumed: put yours here); work in tokens, training or streams can stand here too.
workloads:
  - {{ owner: {country}, name: serving, load: {{ 2028: 300 MW, 2032: 900 MW }} }}

# What may power a site (`planner power list`).
power: [grid, gas_aero_btm, gas_cc_h, solar_pv, wind_on, battery_4h, diesel_backup]
solve: {{ gap: 1e-4, time_limit: 2 min }}
"""


def starter(file: Path, own_sites_in: str = "") -> str:
    """The text of a scenario that is named as its file and runs as it is; for own sites in a country where one is named.

    Raises InputError for a name that no scenario can have, and for a country that nobody knows.
    """
    if NAME.fullmatch(file.stem) is None:
        expected = "letters, digits, - and _: it is the scenario's name too"
        raise InputError("this file name cannot be used", file=file, expected=expected)
    if own_sites_in and own_sites_in not in countries():
        raise unknown_name("country", own_sites_in, countries())
    text = OWN_SITES.format(country=own_sites_in) if own_sites_in else (CONFIGS / "quickstart.yaml").read_text("utf-8")
    text = re.sub(r"^name: .*$", f"name: {file.stem}", text, count=1, flags=re.MULTILINE)
    schema = os.path.relpath(CONFIGS / "scenario.schema.json", file.absolute().parent)
    return re.sub(r"\$schema=\S+", lambda _: f"$schema={schema}", text, count=1)
