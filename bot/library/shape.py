"""Does a tree have the shape that the models ask for? Their errors as findings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.library.fields import Model
from bot.library.findings import Finding
from bot.library.tree import Node

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

_STUB = (("id",), ("status",))
"""What even a stub has."""


def fit(
    model: type[M], node: Node, value: Any, stub: bool = False
) -> tuple[M | None, list[Finding]]:
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
    return None, [_finding(model, node, detail) for detail in details]


def _finding(model: type[Model], node: Node, detail: ErrorDetails) -> Finding:
    loc = detail["loc"]
    at = node
    for part in loc:
        at = at[part] if isinstance(part, str) else _item(at, part)
    values = {
        "example": _example(model, loc),
        "value": _shown(at),
        "name": str(loc[-1]) if loc else "",
        "why": detail["msg"],
        **{name: str(value) for name, value in detail.get("ctx", {}).items()},
    }
    code = _CODES.get(detail["type"], "invalid")
    match code:
        case "unknown-key":
            values |= _known(model, loc)
        case "missing-key":
            code = "missing-or-null" if _may_be_null(model, loc) else code
        case (
            "not-text" | "not-boolean" | "not-number" | "not-list" | "not-mapping" | "not-a-choice"
        ):
            code = "empty" if at.value is None else code
            if code == "not-text" and at.path in at.tree.written:
                code = "number-not-text"
        case "too-long":
            values["count"] = str(len(at.text))
    return at.finding(code, **values)


def _item(node: Node, index: int) -> Node:
    return next((item for i, item in enumerate(node.items()) if i == index), node)


def _shown(node: Node) -> str:
    if node.path in node.tree.written:
        return node.tree.written[node.path]
    return node.value if isinstance(node.value, str) else json.dumps(node.value, ensure_ascii=False)


def _example(model: type[Model], loc: tuple[str | int, ...]) -> str:
    """The schema's example for the key, as YAML would take it on one line."""
    field = _field(model, loc)
    if field is None or not field.examples:
        return "…"
    example = field.examples[0]
    if isinstance(example, list) and loc and isinstance(loc[-1], int):
        example = example[0]
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def _field(model: type[Model], loc: tuple[str | int, ...]) -> FieldInfo | None:
    field: FieldInfo | None = None
    inside: type[Model] | None = model
    for name in (part for part in loc if isinstance(part, str)):
        field = next((f for key, f in _fields(inside) if key == name), None)
        inside = next(_models(field.annotation), None) if field else None
    return field


def _fields(model: type[Model] | None) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name, field


def _models(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _may_be_null(model: type[Model], loc: tuple[str | int, ...]) -> bool:
    field = _field(model, loc)
    return field is not None and type(None) in get_args(field.annotation)


def _known(model: type[Model], loc: tuple[str | int, ...]) -> dict[str, str]:
    """The key that was probably meant, or all that are allowed there."""
    from rapidfuzz import fuzz, process

    around = _field(model, loc[:-1])
    inside = next(_models(around.annotation), None) if around else model
    keys = [key for key, _ in _fields(inside)]
    near = process.extractOne(str(loc[-1]), keys, scorer=fuzz.ratio, score_cutoff=60)
    return {"meant": near[0] if near else ", ".join(keys)}
