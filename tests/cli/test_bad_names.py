"""Names that the catalog does not know end in one message with the nearest that it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_bad_input import changed, refused

OWN = {"name": "MINE", "country": "KR", "lat": 36, "lon": 128}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("workloads.0.chips", ["H200-SXM-141G"], ["unknown chip", "workloads[0].chips[0]", "H200-SXM-141GB"]),
        ("workloads.0.use", "chatt", ["workloads[0].use", "did you mean chat"]),
        ("workloads.0.model", "Llama-3.1-7B", ["workloads[0].model", "Llama-3.1-70B"]),
        (
            "fleet",
            [{"owner": "KR", "chip": "H1", "workload": "chat", "count": 5}],
            ["unknown chip 'H1'", "fleet[0].chip"],
        ),
        ("chips.supply", {"GB300": 5}, ["unknown chip 'GB300'", "GB300-288GB"]),
        ("sites.use", ["KR-ULSN"], ["unknown site 'KR-ULSN'", "sites.use[0]", "KR-ULSAN"]),
        ("sites.exclude", ["KR-ULSN"], ["unknown site 'KR-ULSN'", "sites.exclude[0]"]),
        ("sites.add", [OWN | {"zone": "KRX"}], ["unknown zone 'KRX'", "sites.add[0].zone"]),
        ("power", ["grid", "smr_ismrr"], ["unknown technology 'smr_ismrr'", "power[1]", "smr_ismr"]),
    ],
)
def test_an_unknown_name_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, path: str, value: Any, says: list[str]
) -> None:
    message = refused(capsys, tmp_path, changed(path, value))
    for words in says:
        assert words in message
