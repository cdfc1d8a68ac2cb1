"""What a study asks: its file as pydantic reads it, and as checked against the base scenario."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from planner.base.errors import InputError, unknown_name
from planner.base.text import exact
from planner.catalog.ranges import Range, ranges
from planner.scenario import Scenario, changed
from planner.scenario.extends import Layers, steps
from planner.scenario.figures import Figure, Name, Section, Whole, problem
from planner.scenario.load import explain
from planner.studies.varied.factors import BY_NAME, Factor, Span, factor

Kind = Literal["sweep", "one-at-a-time", "sample", "near", "flips", "futures"]
GRIDS = ("sweep", "near", "flips")
"""Kinds whose runs are every combination of the values."""
WILD = "*?["


class Sample(Section):
    """How a sample is drawn, and so what can be said of what drives what."""

    method: Literal["latin-hypercube", "sobol-sequence", "morris", "sobol"] = Field(
        default="latin-hypercube",
        description="latin-hypercube, sobol-sequence: ranks by regression; morris: elementary effects; sobol: shares of the variance",
    )
    n: Whole = Field(
        default=32,
        ge=2,
        le=100_000,
        description="runs; of morris trajectories, each of one run more than factors; of sobol base points, each of two runs more "
        "(a power of 2 for sobol and sobol-sequence)",
    )
    seed: Whole = Field(default=1, ge=0, description="the same seed draws the same sample")

    @model_validator(mode="after")
    def _power_of_two(self) -> Sample:
        if self.method.startswith("sobol") and self.n & (self.n - 1):
            near = 1 << (self.n.bit_length() - 1)
            raise problem("this method needs a power of 2", at=".n", value=self.n, expected=f"{near} or {2 * near}")
        return self


class Near(Section):
    """Which plans count as near, and what is asked of them (`planner near`)."""

    within: Annotated[float, Figure("", 1e-9, 1)] = Field(default=0.005, description="how much more a plan may cost")
    of: Literal["total", "power"] = Field(default="total", description="of which cost: total, or the power bill")
    of_what: list[Literal["energy", "capacity", "sites", "country", "lng", "reactors", "chips"]] = Field(
        default=["energy", "sites"], min_length=1, description="kinds of quantities whose least and most are found"
    )
    only: list[Name] = Field(
        default_factory=list,
        description="only of this item, country or stage, such as '2040', or one of several ('KR|US'); several: what is all of these",
    )


class Flips(Section):
    """How much of what turns a plan over is verified by solving (`planner flips`)."""

    verify: Whole | None = Field(
        default=0,
        ge=0,
        description="how many flips of each plan to verify; null: all of a small program, none of a large one",
    )


class Future(Section):
    """One of several futures, as changes of the base scenario."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,40}$")] = Field(
        description="name: letters, digits, spaces, - and _"
    )
    probability: Annotated[float, Field(gt=0, le=1)] = Field(description="how likely it is; all together 1")
    changes: dict[Name, Any] = Field(
        default_factory=dict,
        description="key of the scenario, or figure of the catalog with a range: its value in this future; none: the base as it stands",
    )


class Risk(Section):
    """How much the dearest futures count in the cautious plan."""

    tail: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.8, description="level of the tail: its mean is that of the dearest 1 - tail"
    )
    weight: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.5, description="weight of the tail beside the mean in the cautious plan"
    )


class Study(Section):
    """One question asked of a scenario many times over."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        description="name of the study and of its folder: letters, digits, - and _"
    )
    description: str = Field(default="", description="what the study asks, in a paragraph")
    base: str = Field(description="the scenario that is varied, seen from this file")
    kind: Kind = Field(
        description="sweep: every combination; one-at-a-time: each alone, low and high; sample: all at once, by chance; near, flips: "
        "what costs nearly as little, or what turns the plan over, of the base and of every combination; futures: one plan for several "
        "futures"
    )
    vary: dict[Name, Any] = Field(
        default_factory=dict,
        description="key of the scenario (fuel.lng_spot, workloads[1].tokens.2032), or figure of the catalog that carries a range "
        "(power/smr_ismr/learning_rate, zone_headroom/*): a list of values, a range {low, high, mode, distribution, steps}, or 'by name' "
        "for low, central and high",
    )
    sample: Sample = Field(default_factory=Sample, description="how a sample is drawn")
    near: Near = Field(default_factory=Near, description="what is asked of near-equal plans")
    flips: Flips = Field(default_factory=Flips, description="what is asked of flips")
    futures: list[Future] = Field(
        default_factory=list, description="the futures that may come, with their probabilities"
    )
    now: list[Whole] = Field(
        default_factory=list,
        description="stages decided before one knows the future; default: the first of the base scenario",
    )
    risk: Risk = Field(default_factory=Risk, description="how much the dearest futures count in the cautious plan")

    @model_validator(mode="after")
    def _can_be_varied(self) -> Study:
        if self.kind == "futures":
            return self._of_futures()
        if not self.vary and self.kind not in ("near", "flips"):
            raise problem("nothing is varied", at=".vary", expected="at least one key")
        for key, given in self.vary.items():
            try:
                factor(key, given)
            except ValidationError as error:
                first = error.errors()[0]
                at = f".vary.{key}{first.get('ctx', {}).get('at', '')}"
                raise problem(
                    first["msg"], at=at, value=first["input"], expected=first.get("ctx", {}).get("expected")
                ) from None
        return self

    def _of_futures(self) -> Study:
        if self.vary:
            raise problem("futures are not varied", at=".vary", expected="futures, each with its changes")
        if len(self.futures) < 2:
            raise problem(
                "one future is no choice", at=".futures", value=len(self.futures), expected="two futures or more"
            )
        names = [future.name for future in self.futures]
        twice = next((i for i, name in enumerate(names) if name in names[:i]), None)
        if twice is not None:
            raise problem(
                "two futures have one name", at=f".futures[{twice}].name", value=names[twice], expected="another"
            )
        total = sum(future.probability for future in self.futures)
        if abs(total - 1.0) > 1e-6:
            raise problem(f"the probabilities sum to {exact(total)}", at=".futures", expected="1 together")
        return self


@dataclass(frozen=True)
class Asked:
    """A study with its base and its factors. `base` is the document, of which every run is made; `scenario` what it says itself."""

    study: Study
    file: Path
    base: Layers
    scenario: Scenario
    factors: tuple[Factor, ...]


def load(path: str | Path) -> Asked:
    """The study of a file. Raises InputError for what cannot be used, also for a key that the base scenario cannot have."""
    document = Layers(Path(path))
    try:
        study = Study.model_validate(document.data)
    except ValidationError as error:
        raise explain(error, document) from None
    target = document.path.parent / study.base
    if not target.is_file():
        raise InputError(
            "the base scenario does not exist",
            file=document.place(("base",)),
            key="base",
            value=study.base,
            expected="a scenario, seen from this file",
        )
    base = Layers(target)
    scenario = changed(base, {})
    factors = tuple(found for key, given in study.vary.items() for found in _factors(key, given, scenario, document))
    for one in factors:
        _known(one.key, one.ends[0], base, document, f"vary.{one.key}")
    for i, future in enumerate(study.futures):
        for key, value in future.changes.items():
            _known(key, value, base, document, f"futures[{i}].changes.{key}")
    return Asked(study, document.path, base, scenario, factors)


def _factors(key: str, given: Any, scenario: Scenario, document: Layers) -> list[Factor]:
    """The factors of a key: of a figure with a range it must be, of a pattern of figures there may be many."""
    if "/" not in key:
        return [factor(key, given)]
    known = ranges(scenario.inputs.data)
    wild = any(letter in key for letter in WILD)
    paths = [path for path in known if fnmatchcase(path, key)] if wild else [key] if key in known else []
    if not paths:
        file = document.place(("vary", key))
        raise unknown_name("figure with a range", key, known, file=file, key=f"vary.{key}")
    return [_within(factor(path, given), known[path]) if given == BY_NAME else factor(path, given) for path in paths]


def _within(one: Factor, known: Range) -> Factor:
    """A figure by name, as far as its range goes."""
    low, high = (0.0 if known.low is None else -1.0), (0.0 if known.high is None else 1.0)
    return Factor(one.key, (), Span(low=low, high=high, mode=0.0, distribution="triangular"))


def _known(key: str, value: Any, base: Layers, document: Layers, said: str) -> None:
    """Raises InputError for a key that no scenario has; what a value does is told by its run."""
    try:
        changed(base, {key: value})
    except InputError as error:
        if error.message.startswith(("unknown key", "there is no such entry", "below this figure", "this is no key")):
            raise InputError(
                f"the base scenario cannot have this key: {error.message}",
                file=document.place(steps(said)),
                key=said,
                expected=error.expected,
            ) from None


def schema() -> dict[str, Any]:
    """JSON Schema of a study, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}
