"""Values at random from Python's own generator: the same seed is the same world, whatever else is loaded.

Named as in `hypothesis.strategies`, which takes part of its values from the code that it finds loaded, so that not even its
derandomized runs are the same twice. `hypothesis.strategies.randoms()` draws from these too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from random import Random
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
P = ParamSpec("P")


class Strategy(Generic[T]):
    """A way to draw a value."""

    def __init__(self, draw: Callable[[Random], T]) -> None:
        self.draw = draw

    def __or__(self, other: Strategy[Any]) -> Strategy[Any]:
        return Strategy(lambda r: r.choice((self, other)).draw(r))

    def map(self, function: Callable[[T], Any]) -> Strategy[Any]:
        return Strategy(lambda r: function(self.draw(r)))

    def flatmap(self, function: Callable[[T], Strategy[Any]]) -> Strategy[Any]:
        return Strategy(lambda r: function(self.draw(r)).draw(r))


DrawFn = Callable[[Strategy[Any]], Any]


def composite(function: Callable[Concatenate[DrawFn, P], T]) -> Callable[P, Strategy[T]]:
    """A strategy from a function that draws as it goes."""

    @wraps(function)
    def made(*args: P.args, **kwargs: P.kwargs) -> Strategy[T]:
        return Strategy(lambda r: function(lambda strategy: strategy.draw(r), *args, **kwargs))

    return made


def just(value: T) -> Strategy[T]:
    return Strategy(lambda r: value)


def booleans() -> Strategy[bool]:
    return sampled_from([False, True])


def integers(low: int, high: int) -> Strategy[int]:
    """The ends, where rules begin and end to hold, more often than others."""
    return Strategy(lambda r: r.choice((low, high)) if r.randrange(8) == 0 else r.randint(low, high))


def sampled_from(values: Sequence[T]) -> Strategy[T]:
    return Strategy(lambda r: r.choice(values))


def lists(values: Strategy[T], min_size: int = 0, max_size: int = 3, unique: bool = False) -> Strategy[list[T]]:
    """As many as asked; of equal ones one, where they shall be unique."""

    def draw(r: Random) -> list[T]:
        size, drawn = r.randint(min_size, max_size), list[T]()
        for _ in range(20 * size):
            value = values.draw(r)
            drawn += [value] if not unique or value not in drawn else []
            if len(drawn) == size:
                break
        return drawn

    return Strategy(draw)


def tuples(*parts: Strategy[Any]) -> Strategy[tuple[Any, ...]]:
    return Strategy(lambda r: tuple(part.draw(r) for part in parts))


def fixed_dictionaries(values: dict[K, Strategy[T]]) -> Strategy[dict[K, T]]:
    return Strategy(lambda r: {key: value.draw(r) for key, value in values.items()})


def dictionaries(keys: Strategy[K], values: Strategy[T], min_size: int = 0) -> Strategy[dict[K, T]]:
    """One or two keys, or none where there may be none."""
    return Strategy(lambda r: {keys.draw(r): values.draw(r) for _ in range(r.randint(min_size, 2))})
