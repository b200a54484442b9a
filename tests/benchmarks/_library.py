"""A library of any size, made from ours with other words: seeded.

Each article has the shape of one of ours: its facts and figures, and twelve quotations. Half of the
characters and of the longer English words are others; numbers, names of units and punctuation stay,
so that the rules have as much to do as with real ones and find as little.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.library.rules.quotes import MOST_QUOTES
from bot.library.rules.relative_time import relative_time
from bot.library.spam import spam_in

CONTENT = Path(__file__).parents[2] / "content"
SEED = 11

_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"\b[a-z]{5,}\b")
_KEPT = set("零〇一二三四五六七八九十百千万亿两俩半几数成点上午夜首番翻倍年月日天周今去明前昨")
_KEPT_WORDS = set(
    re.findall(
        r"\w+",
        "three seven eight eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
        " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million"
        " billion trillion hundreds thousands millions billions dozen dozens double doubled doubles"
        " triple tripled quarter third fourth second first couple thrice twice single decade"
        " century tenth tenfold fortnight years weeks month months hours yesterday tomorrow summer"
        " winter spring percent dollars",
    )
)
_OURS = ("title", "summary", "text", "context", "sayings", "evidence", "attribution", "translation")


def write_library(folder: Path, articles: int) -> Path:
    """A content folder of so many articles, each with twelve quotes."""
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    (folder / "topics.yaml").write_bytes((CONTENT / "topics.yaml").read_bytes())
    shapes = [_read(path) for path in sorted((CONTENT / "articles").glob("*.yaml"))]
    quotes = [quote for shape in shapes for quote in shape["quotes"] if _is_plain(quote)]
    rnd = random.Random(SEED)
    han, words = _pools(shapes)
    for number in range(articles):
        shape = shapes[number % len(shapes)]
        article = _article(shape, quotes, number, rnd, han, words)
        text = yaml.dump(
            article, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=100
        )
        header = "# yaml-language-server: $schema=../schema/article.json\n"
        (folder / "articles" / f"{article['id']}.yaml").write_text(header + text, encoding="utf-8")
    return folder


def article_id(number: int) -> str:
    return f"grown-{number:05}"


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return data


def _is_plain(quote: dict[str, Any]) -> bool:
    """One whose speaker any article may hold, and whose words were not seen elsewhere."""
    kind = quote["speaker"]["kind"]
    return bool(quote.get("status", "published") == "published" and kind != "pseudonym")


def _pools(shapes: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    texts = [text for shape in shapes for text in _texts(shape)]
    han = [c for text in texts for c in _HAN.findall(text) if c not in _KEPT]
    words = [w for text in texts for w in _WORD.findall(text) if w not in _KEPT_WORDS]
    return han, words


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inside for text in _texts(one)]


def _article(
    shape: dict[str, Any],
    quotes: Sequence[dict[str, Any]],
    number: int,
    rnd: random.Random,
    han: list[str],
    words: list[str],
) -> dict[str, Any]:
    def said(value: Any, inside: bool) -> Any:
        if isinstance(value, str):
            return _reworded(value, rnd, han, words) if inside else value
        if isinstance(value, list):
            return [said(one, inside) for one in value]
        if isinstance(value, dict):
            return {key: said(one, inside or key in _OURS) for key, one in value.items()}
        return value

    chosen = rnd.sample(list(quotes), MOST_QUOTES)
    made = said({**shape, "quotes": chosen}, inside=False)
    made["id"] = article_id(number)
    for key, letter in (("key_points", "p"), ("facts", "f"), ("quotes", "q")):
        for place, entry in enumerate(made.get(key, ())):
            entry["id"] = f"grown-{number:05}-{letter}{place:02}"
    return dict(made)


def _reworded(text: str, rnd: random.Random, han: list[str], words: list[str]) -> str:
    def other(pool: list[str], kept: set[str]) -> Any:
        return lambda m: m[0] if m[0] in kept or rnd.random() < 0.5 else rnd.choice(pool)

    while True:
        made = _WORD.sub(other(words, _KEPT_WORDS), _HAN.sub(other(han, _KEPT), text))
        if not (spam_in(made) or relative_time(made)):  # what no reader would be shown
            return made
