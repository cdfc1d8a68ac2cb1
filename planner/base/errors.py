"""Errors for people: what is wrong, where, what is allowed, and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from planner.base.display import shown

MOST_LETTERS = {"message": 1000, "file": 300, "key": 200, "value": 120, "expected": 600}


class PlannerError(Exception):
    """Anything that ends a command with one clear message and no traceback (exit code 2)."""

    exit_code = 2


class InputError(PlannerError):
    """A figure, name or file that the user gave and that cannot be used.

    Parameters
    ----------
    message : what is wrong, in one sentence.
    file, key, value : where it stands and what was found there, if known.
    expected : what is allowed, in words.

    What is told is short and without hidden characters, whatever stood in the file; the attributes keep what was given.
    """

    def __init__(
        self,
        message: str,
        *,
        file: object | None = None,
        key: str | None = None,
        value: object | None = None,
        expected: str | None = None,
    ) -> None:
        self.message, self.file, self.key, self.value, self.expected = message, file, key, value, expected
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [shown(self.message, MOST_LETTERS["message"])]
        for label in ("file", "key", "value", "expected"):
            item = getattr(self, label)
            if item is not None:
                lines.append(f"  {label}: {shown(item, MOST_LETTERS[label])}")
        return "\n".join(lines)


def nearest(name: str, valid: Iterable[str], limit: int = 3) -> list[str]:
    """The valid names most like `name`, best first: those that hold it as it stands, then those spelled alike.

    >>> nearest("H100-SXM", ["H100-SXM5-80GB", "H200-SXM-141GB", "TPU-v4"])[0]
    'H100-SXM5-80GB'
    >>> nearest("h100", ["Maia-100", "GH100-96GB", "H100-SXM5-80GB", "H100-NVL-94GB"])
    ['H100-NVL-94GB', 'H100-SXM5-80GB', 'GH100-96GB']
    """
    by_folded, asked = {item.casefold(): item for item in valid}, name.casefold()
    holding = [item for item in by_folded if len(asked) > 1 and asked in item]
    holding.sort(key=lambda item: (item.index(asked), len(item), item))
    alike = difflib.get_close_matches(asked, by_folded, n=limit, cutoff=0.4)
    return [by_folded[item] for item in dict.fromkeys(holding + alike)][:limit]


def unknown_name(
    kind: str, name: str, valid: Iterable[str], *, file: object | None = None, key: str | None = None
) -> InputError:
    """The error for a name that does not exist, with the nearest names that do."""
    valid = list(valid)
    name = name[:200]
    close = nearest(name, valid)
    hint = f"did you mean {' or '.join(close)}?" if close else f"one of {', '.join(sorted(valid)[:20])}"
    return InputError(f"unknown {kind} '{name}'", file=file, key=key, value=name, expected=hint)
