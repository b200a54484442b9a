"""JSON Schemas of the content files, made from the models: editors see mistakes while typing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.library.models.entries import Article, Topics

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_STUB = {"properties": {"status": {"const": "withdrawn"}}, "required": ["status"]}
"""A withdrawn entry may be cut down to its id and status."""


def schemas() -> Mapping[str, str]:
    """File name → the JSON text that belongs in it."""
    article = Article.model_json_schema()
    for entry in (article, article["$defs"]["QuoteEntry"]):
        _allow_stubs(entry)
    return {
        "article.json": _text(article),
        "topics.json": _text(Topics.model_json_schema()),
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into the folder, which is made if need be; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in schemas()]


def _allow_stubs(entry: dict[str, Any]) -> None:
    required = entry.pop("required")
    entry["if"] = _STUB
    entry["then"] = {"required": ["id", "status"]}
    entry["else"] = {"required": required}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps({"$schema": _DIALECT, **schema}, ensure_ascii=False, indent=2) + "\n"
