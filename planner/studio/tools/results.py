"""What the tools answer with: small, typed, and with the path of the rest, seen from the folder."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ScenarioEntry(BaseModel):
    """A scenario of the folder."""

    scenario: str = Field(description="its file, seen from the folder")
    name: str
    question: str
    extends: str = Field(description="the scenario that it differs from; empty: none")
    run: str = Field(description="the run that answers it; empty: none yet")


class RunEntry(BaseModel):
    """A finished run of the folder, in short."""

    run: str = Field(description="its folder, seen from the folder that is served")
    name: str
    question: str
    status: str = Field(description="proven, feasible, interrupted, ... as measured from the program's matrix")
    cost_busd: float | None = Field(description="present value over the horizon, billion USD of 2023")
    gap: float | None = Field(description="no plan is cheaper by more than this share of the cost")
    power_gap: float | None = Field(description="the same as a share of the power bill")
    it_gw: float | None = Field(description="mean IT load of the last stage")
    mix: dict[str, float] = Field(description="shares of the energy of the last stage by family")


class JobEntry(BaseModel):
    """A command in the queue."""

    job: int
    command: str
    state: str = Field(description="waiting, running, done, stopped or failed")
    phase: str = Field(description="what it is at")
    gap: float | None = Field(description="relative gap so far")
    seconds: float
    run: str = Field(description="the run that it has made; empty: none yet")
    said: str = Field(description="the end of what it printed")


class Listing(BaseModel):
    """What is in the folder."""

    scenarios: list[ScenarioEntry]
    runs: list[RunEntry]
    jobs: list[JobEntry] = Field(description="those that are not over, and the last that are")


class Text(BaseModel):
    """A file's text."""

    file: str
    text: str


class Checked(BaseModel):
    """What `planner check` says."""

    name: str
    size: dict[str, int] = Field(description="variables, constraints and nonzeros of the program to come")
    notes: list[str] = Field(description="what a reader should know of the inputs")


class Answer(BaseModel):
    """The first screen of a run's report."""

    run: str
    lines: dict[str, str] = Field(description="question: answer, in sentences")
    figures: dict[str, str] = Field(description="the six figures")
    sites: list[dict[str, str | float]] = Field(description="the largest sites of the last stage")
    report: str = Field(description="the whole report, for a person")
    tables: str = Field(description="folder of all tables as CSV and Parquet; columns.csv tells what each column means")


class SiteWords(BaseModel):
    """Why a site."""

    title: str
    lines: list[str]


class Explained(BaseModel):
    """What `planner explain` says."""

    run: str
    scarcest: list[str]
    sites: list[SiteWords]
    left_out: int = Field(description="built sites that are not told here: ask for one by its name")


class Compared(BaseModel):
    """Runs side by side: what moved most, the largest changes first."""

    runs: list[str]
    inputs: list[dict[str, str]] = Field(description="inputs that differ")
    totals: list[dict[str, str | float]] = Field(description="figures by stage and country; change: last minus first")
    costs: list[dict[str, str | float]] = Field(description="M USD a year by line")
    command: str = Field(description="what tells all of it")


class WhatIf(BaseModel):
    """About what changes would cost, M USD over the horizon: no plan costs less than `low`, one costs `high`."""

    run: str
    changes: dict[str, float]
    before: float
    about: float
    low: float
    high: float


class Verified(BaseModel):
    """What `planner verify` measured; `held` false: what does not hold is told."""

    run: str
    held: bool
    told: str
