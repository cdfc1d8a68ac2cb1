"""A form's change touches the lines that it is about, and no other letter of the file."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.scenario.document import Document
from planner.studio.checked import checked, layers, outside
from planner.studio.edit import changed
from planner.studio.fields import PAGES, Field, Group, Said, groups
from planner.studio.form import changes
from tests.studio.served import SMALL

CONFIGS = Path(__file__).parents[2] / "configs"


def moved(before: str, after: str) -> list[str]:
    """The lines that differ, with their sign."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_only_the_changed_line_moves_and_its_comment_stays() -> None:
    found = moved(SMALL, changed(SMALL, {"policy.carbon_price.KR": "15000 KRW/t"}))
    assert [line.split() for line in found] == [
        ["-", "carbon_price:", "{", "KR:", "12750", "KRW/t", "}", "#", "Korean", "allowance"],
        ["+", "carbon_price:", "{KR:", "15000", "KRW/t}", "#", "Korean", "allowance"],
    ]


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_config_keeps_every_other_letter(path: Path) -> None:
    text = path.read_text("utf-8")
    assert changed(text, {}) == text
    added = moved(text, changed(text, {"reliability.reserve_margin": "0.07"}))
    assert [line[0] for line in added if "reserve_margin" not in line and "reliability" not in line] == []
    assert changed(text, {"policy.water_limit": None}) == text


def test_a_key_is_made_with_what_stands_above_it_and_goes_with_it() -> None:
    more = changed(SMALL, {"fuel.lng_spot": "{ 2028: 9, 2032: 11 }"})
    assert yaml.safe_load(more)["fuel"] == {"lng_spot": {2028: 9, 2032: 11}}
    assert changed(more, {"fuel.lng_spot": None}) == SMALL


def test_items_of_lists_are_changed_added_and_taken_out() -> None:
    found = changed(
        SMALL, {"technologies[0].variable_cost": "3", "technologies[2].name": "oil", "technologies[1]": None}
    )
    assert [item["name"] for item in yaml.safe_load(found)["technologies"]] == ["coal", "oil"]
    assert yaml.safe_load(found)["technologies"][0]["variable_cost"] == 3


@pytest.mark.parametrize("value", ["{a: ", "[1, 2", "'open", "a: b: c", "*nobody", "&x"])
def test_what_is_no_yaml_is_said_at_its_key(value: str) -> None:
    with pytest.raises(InputError):
        checked(CONFIGS / "quickstart.yaml", changed(SMALL, {"policy.carbon_price.KR": value}))


def test_the_message_is_the_command_lines_own(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    wrong = SMALL.replace("12750 KRW/t", "12750")
    with pytest.raises(InputError) as by_studio:
        checked(path, wrong)
    assert path.read_text("utf-8") == SMALL and list(tmp_path.iterdir()) == [path]
    path.write_text(wrong, "utf-8")
    from planner.scenario import load

    with pytest.raises(InputError) as by_command:
        load(path)
    assert str(by_studio.value) == str(by_command.value)
    assert by_studio.value.key == "policy.carbon_price.KR"


def fields(path: Path) -> dict[str, Field]:
    own, parent, _ = layers(path)
    both = parent | own
    found = [group for page in PAGES for group in groups(page, Said(own, parent), both["stages"], both["countries"])]
    return {field.key: field for group in found for field in group.fields}


def test_every_key_of_the_schema_stands_on_one_page() -> None:
    from planner.scenario.model import Scenario

    found = {key.replace("[", ".").split(".")[0] for key in fields(CONFIGS / "quickstart.yaml")}
    assert found == set(Scenario.model_fields)
    assert len({key for _, keys in PAGES.values() for key in keys}) == sum(len(keys) for _, keys in PAGES.values())


def test_a_field_says_what_the_file_says_and_greys_what_it_does_not() -> None:
    found = fields(CONFIGS / "quickstart.yaml")
    price = found["policy.carbon_price.KR"]
    assert (price.text, price.unit, price.kind, price.by_year) == ("12750 KRW/t", "USD/t", "figure", True)
    assert found["workloads[1].tokens"].years == {"2028": "6.5 trillion/day", "2032": "26 trillion/day"}
    assert (found["time.days"].text, found["time.days"].default) == ("4", "12")
    assert found["time.method"].choices == ("typical_days", "full_year")


def test_a_what_if_greys_its_parents_figures() -> None:
    found = fields(CONFIGS / "grid-stuck.yaml")
    assert (found["grid.delay"].text, found["discount_rate"].text, found["discount_rate"].parent) == (
        "5 years",
        "",
        "5 %",
    )


def test_an_untouched_form_changes_nothing() -> None:
    for path in sorted(CONFIGS.glob("*.yaml")):
        own, parent, _ = layers(path)
        both = parent | own
        for page in PAGES:
            found = groups(page, Said(own, parent), both["stages"], both["countries"])
            assert changes(sent(found), found) == {}


def sent(found: list[Group]) -> dict[str, str]:
    """A form as a browser sends it when nothing was typed."""
    form = {f"f:{field.key}": field.text for group in found for field in group.fields}
    return form | {f"y:{f.key}:{year}": text for g in found for f in g.fields for year, text in f.years.items()}


def test_figures_by_year_and_one_figure_take_each_others_place() -> None:
    own, parent, _ = layers(CONFIGS / "quickstart.yaml")
    found = groups("rules", Said(own, parent), [2028, 2032], ["KR"])
    form = sent(found) | {"y:policy.carbon_price.KR:2028": "10", "y:policy.carbon_price.KR:2032": "20000 KRW/t"}
    assert changes(form, found) == {"policy.carbon_price.KR": "{ 2028: 10, 2032: 20000 KRW/t }"}
    assert changes(sent(found) | {"f:policy.carbon_price.KR": ""}, found) == {"policy.carbon_price.KR": None}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30))
def test_a_text_stays_the_text_that_was_typed(typed: str) -> None:
    own = yaml.safe_load(SMALL)
    found = groups("when", Said(own, {}), [2030], ["KR"])
    made = changed(SMALL, changes(sent(found) | {"f:description": typed}, found))
    kept = yaml.safe_load(made).get("description", "")
    assert kept == typed.strip()


@pytest.mark.parametrize("typed", ["Off", "yes", "no", "1_000", "12:30", "null", "~", "2028"])
def test_a_text_that_reads_as_something_else_is_quoted(typed: str) -> None:
    found = groups("when", Said(yaml.safe_load(SMALL), {}), [2030], ["KR"])
    made = changed(SMALL, changes(sent(found) | {"f:description": typed}, found))
    assert yaml.safe_load(made)["description"] == typed


def test_files_outside_of_the_folder_are_told(tmp_path: Path) -> None:
    inside, out = tmp_path / "in", tmp_path / "out.yaml"
    inside.mkdir()
    out.write_text(SMALL, "utf-8")
    path = inside / "a.yaml"
    path.write_text(
        "extends: ../out.yaml\nname: a\nworkloads: [{ owner: KR, load: 1, shape: { file: ../x.csv } }]\n", "utf-8"
    )
    assert sorted(outside(path, inside)) == ["../out.yaml", "../x.csv"]
    (inside / "small.yaml").write_text(SMALL, "utf-8")
    assert outside(inside / "small.yaml", inside) == []


def test_the_temporary_file_of_a_check_is_no_scenario(tmp_path: Path) -> None:
    assert Document(CONFIGS / "quickstart.yaml").data["name"] == "quickstart"
    with pytest.raises(InputError):
        checked(tmp_path / "a.yaml", "name: [")
    assert list(tmp_path.iterdir()) == []
