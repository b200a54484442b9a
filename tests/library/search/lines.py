"""Forty lines to look up: our own, and old ones that belong to everybody (lines.txt)."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def lines() -> list[dict[str, Any]]:
    """Our own lines in both languages, the old ones in one, and an article."""
    own, old = _parts()
    return [
        *(_document(key, text, author, [english]) for key, text, author, english in own),
        *(_document(f"old-{n}", text, author, []) for n, (text, author) in enumerate(old)),
        _document("article", "沙发上的硅谷", "", ["Silicon Valley on the sofa", "搬来了睡袋。"]),
    ]


def _parts() -> list[list[list[str]]]:
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    parts = (part.strip().splitlines()[1:] for part in text.split("\n\n"))
    return [[[cell.strip() for cell in row.split("|")] for row in part] for part in parts]


def _document(key: str, text: str, author: str, also: list[str]) -> dict[str, Any]:
    spellings = author.replace(" ", "\n", 1)
    return {"id": key, "text": text, "author": spellings, "work": "", "lang": "", "also": also}
