"""A column of a CSV file as a series: what is read, in which order, and what is refused with a way out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from planner.base.errors import InputError
from planner.scenario import parse


def series(folder: Path, content: str | bytes, column: str = "load") -> tuple[float, ...]:
    """The shape that a scenario reads from a file of this content."""
    path = folder / "series.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    work: dict[str, Any] = {"owner": "US", "load": 1, "shape": {"file": str(path), "column": column}}
    scenario = parse({"name": "a", "countries": ["US"], "stages": [2030], "workloads": [work]})
    assert scenario.workloads[0].shape is not None
    return scenario.workloads[0].shape.values


@pytest.mark.parametrize(
    "content",
    [
        "load\n1\n2\n3\n",
        "\ufeffload\n1\n2\n3\n",
        "load\r\n1\r\n2\r\n3",
        "load\r1\r2\r3\r",
        "# a comment\nload\n1\n# another\n2\n\n3\n",
        "load,\n1,\n2,\n3,\n",
        '"load","other"\n"1","a"\n"2",\n3,c\n',
        "hour,load\n0,1\n1,2\n2,3\n",
        "load,hour\n3,2\n1,0\n2,1\n",
        "hour,load\n5,2\n6,3\n4,1\n",
        "time,load\n2030-01-01T02:00,3\n2030-01-01T00:00,1\n2030-01-01T01:00,2\n",
        "time,load\n2030-01-01 00:00Z,1\n2030-01-01 03:00+01:00,3\n2030-01-01 01:00Z,2\n",
        "Timestamp,load\n01/31/2030 23:00,1\n02/01/2030 00:00,2\n02/01/2030 01:00,3\n",
        "date,hour,load\n2030-01-02,1,3\n2030-01-01,24,2\n2030-01-01,23,1\n",
        "day,hour,load\n2,0,3\n1,23,2\n1,22,1\n",
        "date,load\n2030-01-01,1\n2030-01-01,2\n2030-01-01,3\n",
        "other,other,load\na,b,1\na,b,2\na,b,3\n",
    ],
)
def test_a_column_is_read_in_the_order_of_its_hours(tmp_path: Path, content: str) -> None:
    assert series(tmp_path, content) == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(
    ("encoding", "column"), [("utf-8", "부하"), ("cp949", "부하"), ("cp932", "需要"), ("utf-8-sig", "需要")]
)
def test_what_korean_and_japanese_windows_write_is_read(tmp_path: Path, encoding: str, column: str) -> None:
    assert series(tmp_path, f"{column}\n1\n2\n".encode(encoding), column) == (1.0, 2.0)


def test_the_clock_of_day_after_day_is_no_order(tmp_path: Path) -> None:
    for first in (0, 1):
        text = "hour,load\n" + "".join(f"{first + i % 24},{i}\n" for i in range(48))
        assert series(tmp_path, text) == tuple(float(i) for i in range(48))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("load\n1,9\n1,1\n1,5\n", ["line 2 has 2 cells and the header 1", "a point before decimals"]),
        ("load,other\n1,9,3\n", ["line 2 has 3 cells"]),
        ('load\n"1,9"\n', ["',9' is not a unit: a number has no comma", "shape.file line 2"]),
        ('load\n1\n"12,035"\n', ["a number has no comma", "no sign for thousands", "shape.file line 3"]),
        ("# one\nload\n1\nx\n", ["shape.file line 4", "this is not a figure"]),
        ("load,load\n1,9\n", ["the column 'load' 2 times", "each name once"]),
        ("hour,Hour,load\n0,0,1\n", ["the column 'hour' twice"]),
        ("hour,load\n2,3\n0,1\n0,2\n", ["an hour is given twice: 0 (line 3) and 0 (line 4)"]),
        ("hour,load\n0,1\n1,2\n3,3\n", ["after 1 (line 3) comes 3 (line 4): an hour is missing"]),
        ("hour,load\n0,1\none,2\n", ["the time in line 3 is not understood", "or no such column"]),
        (
            "time,load\n2030-11-03 01:00,1\n2030-11-03 01:00,2\n",
            ["an hour is given twice: 2030-11-03 01:00", "repeats in autumn"],
        ),
        (
            "time,load\n2030-03-10 01:00,1\n2030-03-10 03:00,2\n2030-03-10 04:00,2\n",
            ["comes 2030-03-10 03:00 (line 3): an hour is missing", "leaves out in spring"],
        ),
        (
            "time,load\n2030-01-01 00:00,1\n2030-01-01 00:15,2\n2030-01-01 00:30,2\n",
            ["the rows are 15 minutes apart, not an hour", "the mean"],
        ),
        ("load;other\n1;2\n", ["parted by semicolons", "commas between the cells"]),
        ("laod\n1\n", ["no column 'load'", "did you mean laod?"]),
        ("load\n", ["the file has no rows"]),
        ("", ["no column 'load'"]),
        ("load\n1\n".encode("utf-16"), ["it is UTF-16", "CSV saved as UTF-8"]),
        (b"\xff\xff\xff\xff", ["the file has no column 'load'"]),
    ],
)
def test_a_series_whose_meaning_is_open_is_refused(tmp_path: Path, content: str | bytes, says: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        series(tmp_path, content)
    for words in says:
        assert words in str(caught.value)


def test_a_series_that_never_ends_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for file, says in (("/dev/zero", "a device"), (tmp_path / "pipe", "a pipe"), (tmp_path / "loop", "links")):
        work = {"owner": "US", "load": 1, "shape": {"file": str(file), "column": "load"}}
        with pytest.raises(InputError, match=says):
            parse({"name": "a", "countries": ["US"], "stages": [2030], "workloads": [work]})
