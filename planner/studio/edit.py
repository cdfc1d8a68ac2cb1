"""A scenario's text with some of its keys changed: comments stay, and every line that says the same stays as it was, letter by letter.

ruamel.yaml keeps comments but writes some untouched lines in its own manner. So it writes the file twice, before and after the
change, and only the lines in which these two differ are put into the text that the user had.
"""

from __future__ import annotations

import difflib
import io
import json
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from planner.base.errors import InputError
from planner.scenario.extends import Keys, steps


def changed(text: str, changes: dict[str, str | None]) -> str:
    """The text with keys set to values in YAML, or taken out where the value is None.

    Keys are written as people do ("workloads[2].tokens"); the item one past a list's last is added. Raises InputError for a value
    that is no YAML, and for a key that has no place.
    """
    whole = _yaml()
    try:
        data = whole.load(text)
    except YAMLError as error:
        raise InputError(f"the file is not YAML that can be read: {str(error).splitlines()[0]}") from None
    if data is None:
        data = CommentedMap()
    before = _written(whole, data)
    # From the end of every list, so that what is taken out does not move what is still to be changed.
    for key in sorted(
        changes,
        key=lambda key: [(isinstance(s, int), s if isinstance(s, int) else 0) for s in steps(key)],
        reverse=True,
    ):
        value = changes[key]
        if value is None:
            _remove(data, steps(key))
        else:
            _put(data, steps(key), parsed(value, key), key)
    return _patched(text, before, _written(whole, data))


def parsed(value: str, key: str) -> object:
    """A value in YAML. Raises InputError in the words of the command line."""
    try:
        return _yaml().load(value)
    except YAMLError:
        raise InputError(
            "this is not YAML", key=key, value=value, expected="a figure, text, [a, list] or {a: mapping}"
        ) from None


def written(value: Any) -> str:
    """A value on one line, as it is typed into a field.

    >>> written({2028: "100 thousand", 2032: 2}), written(["a", "b"]), written(None)
    ('{2028: 100 thousand, 2032: 2}', '[a, b]', '')
    """
    if value is None:
        return ""
    out = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.width, writer.allow_unicode = True, 1 << 20, True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(value, out)
    told = out.getvalue().removesuffix("\n").removesuffix("...").strip()
    return told if not isinstance(value, str) or as_read(told) == value else json.dumps(str(value), ensure_ascii=False)


def as_read(text: str) -> Any:
    """What a text says as the command line reads it, by YAML 1.1: there `Off` and `yes` are no texts. None for no YAML.

    >>> as_read("Off"), as_read('"Off"'), written("Off")
    (False, 'Off', '"Off"')
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _yaml() -> YAML:
    found = YAML(pure=True)
    found.preserve_quotes = True
    found.width = 1 << 20
    found.indent(mapping=2, sequence=4, offset=2)
    return found


def _written(whole: YAML, data: Any) -> str:
    out = io.StringIO()
    whole.dump(data, out)
    return out.getvalue()


def _put(data: Any, keys: Keys, value: Any, key: str) -> None:
    """Set a key, making the mappings and the list item above it."""
    *above, last = keys
    node = data
    for step, following in zip(above, keys[1:], strict=True):
        fresh = CommentedSeq() if isinstance(following, int) else CommentedMap()
        node = _child(node, step, fresh, key)
    if isinstance(node, CommentedSeq) and isinstance(last, int) and last <= len(node):
        if last == len(node):
            node.append(value)
        else:
            node[last] = value
    elif isinstance(node, CommentedMap) and not isinstance(last, int):
        node[_own(node, last)] = value
    else:
        raise InputError("this key has no place in the file", key=key, expected="a key of a mapping, an item of a list")


def _child(node: Any, step: str | int, fresh: Any, key: str) -> Any:
    """What stands under a step, made where nothing does."""
    if isinstance(node, CommentedSeq) and isinstance(step, int) and step <= len(node):
        if step == len(node):
            node.append(fresh)
        return node[step]
    if isinstance(node, CommentedMap) and not isinstance(step, int):
        name = _own(node, step)
        if node.get(name) is None:
            node[name] = fresh
        return node[name]
    raise InputError("this key has no place in the file", key=key, expected="a key of a mapping, an item of a list")


def _own(node: CommentedMap, name: str) -> Any:
    """A key as the file writes it: years are numbers there."""
    if name in node:
        return name
    return int(name) if name.isdecimal() else name


def _remove(data: Any, keys: Keys) -> None:
    """Take a key out, and the mappings above that are empty then."""
    nodes = [data]
    for step in keys[:-1]:
        node = nodes[-1]
        name = _own(node, step) if isinstance(node, CommentedMap) and isinstance(step, str) else step
        try:
            nodes.append(node[name])
        except (KeyError, IndexError, TypeError):
            return
    for node, step in zip(reversed(nodes), reversed(keys), strict=True):
        name = _own(node, step) if isinstance(node, CommentedMap) and isinstance(step, str) else step
        if isinstance(node, (CommentedMap, CommentedSeq)):
            try:
                del node[name]
            except (KeyError, IndexError, TypeError):
                return
        if node is data or len(node) > 0 or isinstance(node, CommentedSeq):
            return


def _patched(text: str, before: str, after: str) -> str:
    """The text with the lines that `before` and `after` differ in; `after` where the lines of text and `before` do not correspond."""
    mine, old, new = (part.splitlines(keepends=True) for part in (text, before, after))
    if len(mine) != len(old):
        return after
    found = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return "".join(line for tag, i, j, m, n in found for line in (mine[i:j] if tag == "equal" else new[m:n]))
