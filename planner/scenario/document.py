"""A YAML file as plain Python, safely: no tags, duplicate keys or exploding aliases; and the line of each key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from planner.base.constants import CONFIGS
from planner.base.display import unshown
from planner.base.errors import InputError
from planner.base.files import not_yaml, read_bytes

LARGEST_FILE = 1_000_000  # bytes
MOST_NODES = 100_000  # after every alias is written out
DEEPEST = 40
TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "null", "int", "float", "str", "seq", "map", "merge")}


class _Loader(yaml.SafeLoader):
    """The safe loader with YAML 1.2 scalars: 1e-4 is a number, `no`, 12:30 and 2028-01-01 are text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))
_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: _float(node.value))


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


class Document:
    """One YAML file: its content as `data`, and `line(path)` for messages."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = _compose(path)
        self.data = _construct(path, self._root)

    def line(self, keys: tuple[str | int, ...]) -> int:
        """The line (from 1) of the deepest part of a key path that the file contains."""
        return self._find(keys)[1]

    def depth(self, keys: tuple[str | int, ...]) -> int:
        """How many keys of a path the file contains, from the top."""
        return self._find(keys)[0]

    def _find(self, keys: tuple[str | int, ...]) -> tuple[int, int]:
        node, line = self._root, 1
        for depth, key in enumerate(keys):
            found = _child(node, key)
            if found is None:
                return depth, line
            node, line = found[1], found[0].start_mark.line + 1
        return len(keys), line


def _child(node: yaml.Node, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _compose(path: Path) -> yaml.Node:
    ours = not path.exists() and (CONFIGS / path.name).is_file()
    hint = "; `planner examples` writes those that come with the planner" if ours else ""
    raw = read_bytes(path, LARGEST_FILE, f"a scenario in YAML{hint}")
    if raw.count(b",") + raw.count(b"\n") > MOST_NODES:  # reading them would take long
        raise InputError("the file has too many values", file=path, expected="long series in a CSV file beside it")
    try:
        root = yaml.compose(raw.decode("utf-8-sig"), _Loader)
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start})"
        raise InputError(message, file=path, expected="a scenario in YAML") from None
    except RecursionError:
        raise InputError("the file is nested too deeply", file=path, expected=f"at most {DEEPEST} levels") from None
    except yaml.YAMLError as error:
        raise not_yaml(path, error, "a scenario in YAML") from None
    if root is None:
        raise InputError("the file is empty", file=path, expected="a scenario: name, countries, stages, workloads, ...")
    if not isinstance(root, yaml.MappingNode):
        raise InputError(
            "the file holds no keys", file=path, expected="a mapping: name, countries, stages, workloads, ..."
        )
    if _size(path, root, {}, ()) > MOST_NODES:
        message = "the aliases of this file explode when they are written out"
        raise InputError(message, file=path, expected=f"at most {MOST_NODES} values")
    return root


def _construct(path: Path, root: yaml.Node) -> dict[str, Any]:
    loader = _Loader("")
    try:
        return loader.construct_document(root)
    except yaml.YAMLError as error:
        raise not_yaml(path, error, "a scenario in YAML") from None
    except (ValueError, OverflowError, KeyError) as error:
        raise InputError(f"the file holds a value that cannot be read: {error}", file=path) from None


def _size(path: Path, node: yaml.Node, known: dict[int, int], above: tuple[int, ...]) -> int:
    """Number of values under a node with every alias written out; refuses duplicate keys, endless nesting, tags, hidden characters."""
    if id(node) in above or len(above) > DEEPEST:
        reason = "contains itself" if id(node) in above else "is nested too deeply"
        where = f"{path}, line {node.start_mark.line + 1}"
        raise InputError(f"a value {reason}", file=where, expected=f"at most {DEEPEST} levels")
    if id(node) in known:
        return known[id(node)]
    if isinstance(node, yaml.ScalarNode):
        _check_scalar(path, node)
    children: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[tuple[str, str]] = set()
        for key, value in node.value:
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                where = f"{path}, line {key.start_mark.line + 1}"
                raise InputError(
                    f"the key '{key.value}' is given twice", file=where, key=key.value, expected="each key once"
                )
            if name is not None:
                seen.add(name)
            children += [key, value]
    elif isinstance(node, yaml.SequenceNode):
        children = node.value
    known[id(node)] = 1 + sum(_size(path, child, known, (*above, id(node))) for child in children)
    return known[id(node)]


def _check_scalar(path: Path, node: yaml.ScalarNode) -> None:
    """Raises InputError for a value of a kind of its own (`!!binary`), or one that a terminal or a file would stumble over."""
    where = f"{path}, line {node.start_mark.line + 1}"
    if node.tag not in TAGS:
        expected = "text, a number, true, false or null"
        raise InputError("the file is not YAML that can be read: a tag", file=where, value=node.tag, expected=expected)
    hidden = unshown(node.value.replace("\n", "").replace("\t", ""))
    if hidden is not None:
        message = f"the text holds a character that cannot be shown ({hidden.encode('unicode_escape').decode()})"
        raise InputError(message, file=where, value=node.value, expected="letters, digits, signs and spaces")
