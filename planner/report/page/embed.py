"""Bokeh pictures in a page of our own: its scripts once, every picture as data, the same bytes for the same plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bokeh.document import Document
from bokeh.models import Model
from bokeh.resources import Resources
from markupsafe import Markup


@dataclass
class Picture:
    """A group of Bokeh models that share their data (a slider and its maps), each shown in a place of its own."""

    key: str
    roots: dict[str, Model] = field(default_factory=dict)

    def place(self, root: str) -> Markup:
        """The element where one root appears."""
        return Markup('<div class="bk-place" id="{}"></div>').format(f"{self.key}-{root}")


def scripts() -> Markup:
    """Bokeh's own code with its widgets, inline. The only code in a page that is not ours."""
    resources = Resources(mode="inline", components=["bokeh", "bokeh-widgets"])
    return Markup("\n").join(Markup("<script>{}</script>").format(Markup(_safe(text))) for text in resources.js_raw)


def data(pictures: list[Picture]) -> Markup:
    """The pictures as JSON elements `picture-KEY`, for the page's script to embed one after the other."""
    element = Markup('<script type="application/json" class="picture" id="picture-{}">{}</script>')
    texts = (
        (picture.key, json.dumps(content(picture), ensure_ascii=False, separators=(",", ":"))) for picture in pictures
    )
    return Markup("\n").join(element.format(key, Markup(_json_safe(text))) for key, text in texts)


def content(picture: Picture) -> dict[str, Any]:
    """The arguments of `Bokeh.embed.embed_items`: one document, and which root goes to which element.

    Identifiers are counted from one within the picture, so that a page does not depend on what was drawn before it.
    """
    document = Document()
    with document.models.freeze():
        for root in picture.roots.values():
            document.add_root(root)
    names: dict[str, str] = {}

    def name(old: str) -> str:
        return names.setdefault(old, f"{picture.key}-{len(names) + 1}")

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: name(v) if k == "id" and isinstance(v, str) else walk(v) for k, v in value.items()}
        if not isinstance(value, list | tuple) or _figures(value):
            return value
        return [walk(item) for item in value]

    elements = {name(model.id): f"{picture.key}-{root}" for root, model in picture.roots.items()}
    items = [{"docid": picture.key, "roots": elements, "root_ids": list(elements)}]
    return {"documents": {picture.key: walk(document.to_json(deferred=False))}, "items": items}


def _figures(value: list[Any] | tuple[Any, ...]) -> bool:
    """Is it a long series of numbers, which names nothing?"""
    return len(value) > 8 and isinstance(value[0], float | int) and isinstance(value[-1], float | int)


def _json_safe(text: str) -> str:
    """JSON that cannot end the script element that holds it."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _safe(code: str) -> str:
    """Code that cannot end the script element that holds it (inside strings `<\\/` means `</`)."""
    return code.replace("</script", "<\\/script")
