"""What pages need once is made while the browser opens, so that no page waits for it."""

from __future__ import annotations

from planner.studio import fields
from planner.studio.pages import sites
from planner.studio.view import HERE, environment


def read_ahead() -> None:
    """Make the templates ready, the schema of a scenario and its units, and read what pages show of the catalog."""
    from planner.base.units import quantity
    from planner.catalog.ranges import ranges
    from planner.words.reality import published

    for template in sorted((HERE / "templates").glob("*.j2")):
        environment().get_template(template.name)
    fields.whole_schema()
    quantity("1 USD/MWh", "USD/MWh")
    sites.catalog()
    for name in ("supply/campuses.csv", "supply/outlooks.csv"):
        published(name)
    ranges()
