"""The queue lives in files: killed workers, killed servers and broken files lose nothing."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.base.errors import InputError
from planner.studio import worker as working
from planner.studio.charts import bounds
from planner.studio.jobs import Job, Queue, alive, waiting
from planner.studio.progress import progress
from planner.studio.view import Studio
from tests.studio.served import Served

SLEEPS = "import sys, time; print('begun', flush=True); time.sleep(float(sys.argv[1])); sys.exit(int(sys.argv[2]))"


@pytest.fixture(autouse=True)
def commands_that_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's arguments are seconds and an exit code, in the place of a planner's."""
    monkeypatch.setattr(working, "command_line", lambda: [sys.executable, "-c", SLEEPS])


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.02)


def states(queue: Queue) -> list[str]:
    return [job.state for job in queue.all()]


def running(queue: Queue) -> Job | None:
    return next((job for job in queue.all() if job.state == "running" and alive(job)), None)


def test_jobs_are_done_in_their_order(tmp_path: Path) -> None:
    studio = Studio.of(tmp_path)
    for code in ("0", "2", "0"):
        studio.queue.add("a", ["0", code])
    studio.worker.start()
    until(lambda: all(job.over for job in studio.queue.all()))
    studio.worker.close()
    assert states(studio.queue) == ["done", "failed", "done"]
    begun = [job.began for job in studio.queue.all()]
    assert begun == sorted(begun)


def test_of_fifty_jobs_none_is_lost_when_one_is_killed(tmp_path: Path) -> None:
    studio = Studio.of(tmp_path)
    studio.queue.add("first", ["600", "0"])
    for number in range(49):
        studio.queue.add(f"variant {number}", ["0", "0"])
    studio.worker.start()
    until(lambda: running(studio.queue) is not None)
    first = running(studio.queue)
    assert first is not None and first.number == 1
    studio.queue.change(1, arguments=["0", "0"])  # the second try ends by itself
    os.kill(int(first.process.rsplit(".", 2)[1]), signal.SIGKILL)
    until(lambda: all(job.over for job in studio.queue.all()), 120)
    studio.worker.close()
    assert states(studio.queue) == ["done"] * 50
    assert studio.queue.get(1).tries == 2


def test_a_job_that_is_killed_twice_has_failed(tmp_path: Path) -> None:
    studio = Studio.of(tmp_path)
    studio.queue.add("a", ["600", "0"])
    studio.worker.start()
    for attempt in (1, 2):
        until(lambda attempt=attempt: (job := running(studio.queue)) is not None and job.tries == attempt)
        job = running(studio.queue)
        assert job is not None
        os.kill(int(job.process.rsplit(".", 2)[1]), signal.SIGKILL)
        until(lambda attempt=attempt: not (running(studio.queue) and studio.queue.get(1).tries == attempt))
    until(lambda: studio.queue.get(1).over)
    studio.worker.close()
    assert studio.queue.get(1).state == "failed"


def test_a_command_outlives_its_server_and_the_next_one_follows_it(tmp_path: Path) -> None:
    before = Studio.of(tmp_path)
    before.queue.add("a", ["2", "0"], out="runs/a")
    before.worker.start()
    until(lambda: running(before.queue) is not None)
    before.worker.close()
    job = before.queue.get(1)
    assert job.state == "running" and alive(job)
    after = Studio.of(tmp_path)
    (tmp_path / "runs" / "a").mkdir(parents=True)
    (tmp_path / "runs" / "a" / "manifest.json").write_text("{}", "utf-8")  # the run that it makes
    after.worker.start()
    until(lambda: after.queue.get(1).over)
    after.worker.close()
    assert (after.queue.get(1).state, after.queue.get(1).tries) == ("done", 1)


def test_stop_ends_what_runs_and_takes_out_what_waits(tmp_path: Path) -> None:
    studio = Studio.of(tmp_path)
    first, second = studio.queue.add("a", ["600", "0"]), studio.queue.add("b", ["600", "0"])
    studio.worker.start()
    until(lambda: "begun" in studio.worker.said(first))
    studio.worker.stop(studio.queue.get(second.number))
    studio.worker.stop(studio.queue.get(first.number))
    until(lambda: all(job.over for job in studio.queue.all()))
    studio.worker.close()
    assert states(studio.queue) == ["stopped", "stopped"]


def test_one_place_has_one_job(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.add("a", ["0", "0"], out="runs/a")
    with pytest.raises(InputError, match="in the queue"):
        queue.add("a", ["0", "0"], out="runs/a")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"number": 1}', '{"number": 1, "evil": 2}', "\x00"])
def test_a_broken_file_is_passed_over(tmp_path: Path, content: str) -> None:
    queue = Queue(tmp_path)
    queue.add("a", ["0", "0"])
    (tmp_path / "000009.json").write_text(content, "utf-8")
    (tmp_path / "000002.new").write_text("half", "utf-8")
    assert [job.title for job in queue.all()] == ["a"]
    with pytest.raises(InputError, match="no such job"):
        queue.get(9)


def test_a_scenario_is_planned_by_the_command_that_is_shown(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.studio.worker.close()
    answer = served.post("/jobs", {"name": "small.yaml"})
    assert (answer.status, answer.headers["location"]) == (303, "/jobs/1")
    job = served.studio.queue.get(1)
    assert job.command == "planner run small.yaml --out runs/small --force --phases"
    assert job.command in served.get("/jobs/1").text and job.command in served.get("/jobs").text
    assert served.post("/jobs", {"name": "small.yaml"}).status == 422
    assert served.post("/jobs", {"name": "../other.yaml"}).status == 422


def test_a_log_tells_phases_gaps_and_the_time_that_is_left() -> None:
    log = "\n".join(
        [
            "     0.5 s  reading the catalog",
            *(
                f"{10 + 10 * i:8.1f} s  solving: rounds, {i} iterations, gap {10.0 ** -(i + 1):.1e}, 1 s"
                for i in range(3)
            ),
            "no phase at all",
        ]
    )
    found = progress(log)
    assert found.gaps == [(10.0, 0.1), (20.0, 0.01), (30.0, 0.001)]
    assert found.now.startswith("solving") and found.step == 2
    # A tenth in ten seconds: to 1e-5 are two tenths more.
    assert found.left(30, 1e-5, None) == pytest.approx(20)
    assert found.left(30, 1e-5, 100) == 70
    assert found.left(30, 0.1, None) is None and progress("").left(1, 1e-4, None) is None


def test_the_two_bounds_are_drawn_apart_by_the_gap() -> None:
    drawn = bounds([(0.0, 0.1), (10.0, 0.001)], 0.001)
    lines = [part.split('"')[1] for part in drawn.split("<polyline ")[1:]]
    above, below = ([tuple(map(float, point.split(","))) for point in line.split()] for line in lines)
    assert above[0][1] < above[1][1] and below[1][1] < below[0][1]  # y runs down
    assert above[1][1] == pytest.approx(below[1][1])  # they meet at the least gap
    assert bounds([(0.0, 0.1)], None) == ""


def test_a_job_that_is_hurried_comes_next(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    for name in ("a", "b", "c"):
        queue.add(name, ["0", "0"])
    queue.hurry(3)
    assert [job.title for job in waiting(queue.all())] == ["c", "a", "b"]
    first = queue.next()
    assert first is not None and first.title == "c"
    queue.change(3, state="running")
    assert queue.hurry(3).hurried == first.hurried  # what runs is not hurried


def test_the_language_is_kept_and_no_other_site_is_gone_to(served: Served) -> None:
    for back, told in (
        ("/sites?scenario=a", "/sites?scenario=a"),
        ("//evil.test/", "/"),
        ("https://evil.test", "/"),
        ("", "/"),
    ):
        answer = served.post("/language", {"language": "ko", "back": back})
        assert (answer.status, answer.headers["location"]) == (303, told)
        assert "planner-studio-language=ko" in answer.headers["set-cookie"]
    assert "set-cookie" not in served.post("/language", {"language": "xx", "back": "/"}).headers
    cookie = f"planner-studio-{served.port}={served.token}; planner-studio-language=ja"
    assert '<html lang="ja">' in served.get("/", Cookie=cookie).text and "ホーム" in served.get("/", Cookie=cookie).text
