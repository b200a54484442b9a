"""The schemas that editors' programs read while somebody types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.text import is_chinese
from bot.editor.schema import schemas, write_schemas

CONTENT = Path(__file__).parents[2] / "content"


def keys(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = json.loads(schemas()[name])
    for holder in (schema, *schema["$defs"].values()):
        for key, described in holder.get("properties", {}).items():
            yield f"{holder['title']}.{key}", described


@pytest.mark.parametrize("name", schemas())
def test_the_schemas_in_the_repository_are_current(name: str) -> None:
    assert (CONTENT / "schema" / name).read_text(encoding="utf-8") == schemas()[name], (
        "run `aiwork content schema`"
    )


@pytest.mark.parametrize(("key", "described"), [k for name in schemas() for k in keys(name)])
def test_every_key_is_explained_in_both_languages_with_an_example(
    key: str, described: dict[str, Any]
) -> None:
    english, chinese = described["description"].split("\n")
    assert english
    assert is_chinese(chinese)
    assert described["examples"]


def test_a_withdrawn_entry_may_be_a_stub() -> None:
    article = json.loads(schemas()["article.json"])
    for entry in (article, article["$defs"]["QuoteEntry"]):
        assert entry["if"]["properties"]["status"] == {"const": "withdrawn"}
        assert entry["then"]["required"] == ["id", "status"]
        assert len(entry["else"]["required"]) > 8
        assert "required" not in entry


def test_unknown_keys_are_refused_everywhere() -> None:
    for text in schemas().values():
        schema = json.loads(text)
        objects = [d for d in (schema, *schema["$defs"].values()) if d["type"] == "object"]
        assert all(described["additionalProperties"] is False for described in objects)


def test_writing_makes_the_folder(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "schema")
    assert [path.name for path in written] == ["article.json", "topics.json"]
    assert all(path.read_text(encoding="utf-8").endswith("}\n") for path in written)
