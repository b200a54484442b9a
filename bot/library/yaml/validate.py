"""Does a tree have the shape that the models ask for? Their errors as diagnostics."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.library.models.fields import Model
from bot.library.yaml.diagnostics import Diagnostic
from bot.library.yaml.parse import Node

M = TypeVar("M", bound=Model)

_CODES = {
    "extra_forbidden": "unknown-key",
    "missing": "missing-key",
    "string_type": "not-text",
    "bool_type": "not-boolean",
    "number": "not-number",
    "tuple_type": "not-list",
    "model_type": "not-mapping",
    "enum": "not-a-choice",
    "no_such_day": "no-such-day",
    "string_pattern_mismatch": "pattern",
    "string_too_short": "empty",
    "string_too_long": "too-long",
    "too_short": "too-few",
    "too_long": "too-many",
}
"""pydantic's names for errors (2.11 and later) → our codes; any other is told in its own words."""

_MEANT = {
    "persons": "people", "person": "people", "employees": "people", "workers": "people",
    "staff": "people", "dollars": "usd", "dollar": "usd", "$": "usd", "yuan": "cny", "rmb": "cny",
    "%": "percent", "percentage": "percent", "hour": "hours", "hrs": "hours", "positions": "jobs",
    "roles": "jobs", "firms": "companies", "anon": "anonymous", "real": "named",
}  # fmt: skip
"""Words that mean one of a list's choices and are spelt like another."""

_STUB = (("id",), ("status",))
"""What even a stub has."""


def validate(
    model: type[M], node: Node, value: Any, stub: bool = False
) -> tuple[M | None, list[Diagnostic]]:
    """The value, which stands at the node, as a model, or what is wrong with it. A stub may lack
    every key but its id and status; what it has must be right."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    if stub:
        details = [
            d for d in details if d["type"] != "missing" or d["loc"] in _STUB or d["loc"][1:]
        ]
    found = (_diagnostic(model, _at(node, detail["loc"]), detail) for detail in details)
    return None, [diagnostic for diagnostic in found if diagnostic]


def _at(node: Node, loc: tuple[str | int, ...]) -> Node:
    for part in loc:
        node = node[part] if isinstance(part, str) else _item(node, part)
    return node


def _diagnostic(model: type[Model], at: Node, detail: ErrorDetails) -> Diagnostic | None:
    loc, context = detail["loc"], detail.get("ctx", {})
    code = _CODES.get(detail["type"], "invalid")
    values = {
        "example": _example(model, loc) if _is_form(loc) else _blank(model, loc),
        "value": _shown(at),
        "name": str(loc[-1]) if loc else "",
        "why": detail["msg"],
        **{name: str(value) for name, value in context.items()},
    }
    match code:
        case "unknown-key":
            values["meant"] = nearest(values["name"], _keys(model, loc[:-1]))
        case "not-a-choice":
            values["meant"] = nearest(at.text, re.findall(r"'(.+?)'", values["expected"]))
        case "missing-key" if _may_be_null(model, loc):
            code = "missing-or-null"
        case "not-text" if at.path in at.tree.written:
            code = "number-not-text"
        case "too-few":
            values["actual_length"] = str(len(list(at.items())))
            if len(list(at.items())) >= context["min_length"]:
                return None  # pydantic counts only the entries that are right
        case "too-long":
            values["count"] = str(len(at.text))
    if code.startswith("not-") and at.value is None:
        code = "empty"
    return at.diagnostic(code, **values)


def nearest(word: str, words: Sequence[str]) -> str:
    """The one that was probably meant, or all of them."""
    from rapidfuzz import fuzz, process

    if _MEANT.get(word.lower()) in words:
        return _MEANT[word.lower()]
    near = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=60)
    return str(near[0]) if near else ", ".join(words)


def _item(node: Node, index: int) -> Node:
    return next((item for i, item in enumerate(node.items()) if i == index), node)


def _shown(node: Node) -> str:
    if node.path in node.tree.written:
        return node.tree.written[node.path]
    return node.value if isinstance(node.value, str) else json.dumps(node.value, ensure_ascii=False)


def _example(model: type[Model], loc: tuple[str | int, ...]) -> str:
    """What the schema shows for the key, as YAML would take it on one line; rather what it shows
    around the key: the English of a name says more than the English of any text."""
    around = _first(_field(model, loc[:-1])) if loc else None
    shown = _first(_field(model, loc))
    if isinstance(around, dict) and loc[-1] in around:
        shown = around[loc[-1]]
    if isinstance(shown, list) and isinstance(loc[-1], int):
        shown = shown[0]
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


_FORMS = {
    "status", "language", "kind", "repair", "unit", "bound", "as_of", "title_status", "translated",
    "published", "retrieved", "added", "opener", "key", "url",
}  # fmt: skip
"""Keys whose example shows a form and is nobody's name, words or number."""


def _is_form(loc: tuple[str | int, ...]) -> bool:
    return bool(loc) and loc[-1] in _FORMS


def _blank(model: type[Model], loc: tuple[str | int, ...]) -> str:
    """What to write without inventing anything: people, outlets and texts are the editor's."""
    shown = _example(model, loc)
    if shown.startswith("["):
        return "[]"
    keys = json.loads(shown) if shown.startswith("{") else {}
    return "{" + ", ".join(f"{key}: …" for key in keys) + "}" if keys else "…"


def _first(field: FieldInfo | None) -> Any:
    return field.examples[0] if field and field.examples else "…"


def _field(model: type[Model], loc: tuple[str | int, ...]) -> FieldInfo | None:
    field: FieldInfo | None = None
    inside: type[Model] | None = model
    for name in (part for part in loc if isinstance(part, str)):
        field = next((f for key, f in fields(inside) if key == name), None)
        inside = next(models(field.annotation), None) if field else None
    return field


def fields(model: type[Model] | None) -> Iterator[tuple[str, FieldInfo]]:
    """A model's keys as they are written, in their order."""
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name, field


def models(annotation: Any) -> Iterator[type[Model]]:
    """The models that a field's type names."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from models(argument)


def _may_be_null(model: type[Model], loc: tuple[str | int, ...]) -> bool:
    field = _field(model, loc)
    return field is not None and type(None) in get_args(field.annotation)


def _keys(model: type[Model], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed there."""
    around = _field(model, loc)
    inside = next(models(around.annotation), None) if around else model
    return [key for key, _ in fields(inside)]
