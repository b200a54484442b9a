"""What is imported: a text with what is known of it, and where each thing is from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.errors import AiworkError
from bot.editor.clean import Cleaned, clean
from bot.editor.clean.read import read_text

FEWEST = 250
"""Letters of an article: less is a stub behind a paywall, or no article."""

FEWEST_TITLE, MOST_TITLE = 4, 120
"""Characters of a headline."""

_PAYWALL = re.compile(
    r"subscribe to (?:continue|read)|subscribers? only|sign in to (?:continue|read)"
    r"|create a free account"
    r"|订阅后(?:继续)?阅读|登录后(?:继续)?阅读|付费(?:阅读|内容)|剩余\d+%",
    re.IGNORECASE,
)
_HTML = re.compile(r"<(?:!doctype html|html|head|body|article|div)\b", re.IGNORECASE)
_DEEPEST = 300
"""Tags inside one another; a page has a few dozen, a bomb a hundred thousand."""

_BYLINE = re.compile(
    r"^\s*(?:(?:特约|特約)?(?:作者|记者|記者|撰文|文)\s*[|｜:：/]\s*|[Bb]y )([^|｜\n]{2,60}?)"
    r"(?:[ \t]+(?:来源|來源|编辑|編輯).*)?$",
    re.MULTILINE,
)
_OUTLET = re.compile(
    r"(?:来源|來源|转载自|轉載自|公众号|公眾號)\s*[|｜:：]\s*([^\s|｜(（,，。]{2,20})"
)
_DATE = re.compile(r"(?<!\d)(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)")


class NothingToImport(AiworkError):
    """What was given is no article; the sentence says why, and what to give."""


@dataclass(frozen=True, slots=True)
class Known:
    """A thing known of the article, and what it is known from."""

    value: str
    told_by: str


@dataclass(frozen=True, slots=True)
class ArticleText:
    text: str
    cleaned: Cleaned
    known: dict[str, Known] = field(default_factory=dict)


def read_source(raw: bytes, where: str, *, html: bool | None = None) -> ArticleText:
    """An article from a page or a text file. Raises NothingToImport."""
    text = read_text(raw)
    known: dict[str, Known] = {}
    if html if html is not None else _HTML.search(text[:5000]):
        text, known = _from_page(text, where)
    if _PAYWALL.search(text) and len(text) < FEWEST * 4:
        raise NothingToImport(f"{where} is the beginning of an article behind a paywall")
    cleaned = clean(text)
    if len(re.sub(r"\W", "", cleaned.text)) < FEWEST:
        raise NothingToImport(f"{where} holds no article: give the page of one, or its text")
    first = _title_of(cleaned.text)
    return ArticleText(cleaned.text, cleaned, {**first, **_from_text(text), **known})


def read_file(path: Path) -> ArticleText:
    """A file of either kind. Raises NothingToImport."""
    if path.stat().st_size > 10_000_000:
        raise NothingToImport(f"{path.name} is larger than 10 MB: give one article")
    return read_source(path.read_bytes(), path.name)


def _from_page(page: str, where: str) -> tuple[str, dict[str, Known]]:
    """The article of a page, by trafilatura, and what the page says of it."""
    if _depth(page) > _DEEPEST:
        raise NothingToImport(
            f"{where} is nested too deep for a page: save its text, and give that"
        )
    import trafilatura

    text = trafilatura.extract(page, include_comments=False, include_tables=False)
    if not text:
        raise NothingToImport(f"{where} holds no article that can be told from the page around it")
    told = trafilatura.extract_metadata(page)
    found = {
        "title": told.title,
        "outlet": told.sitename,
        "authors": told.author,
        "published": told.date,
        "url": told.url,
    }
    return text, {key: Known(str(one), "the page") for key, one in found.items() if one}


def _depth(page: str) -> int:
    deepest = depth = 0
    for tag in re.finditer(r"<(/?)([a-zA-Z][\w-]*)[^>]*?(/?)>", page):
        if tag[2].lower() in ("br", "img", "hr", "meta", "link", "input") or tag[3]:
            continue
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _from_text(text: str) -> dict[str, Known]:
    """What lines that are cut from the article say: bylines, outlet, a date."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: dict[str, Known] = {}
    if byline := _BYLINE.search(text):
        found["authors"] = Known(byline[1].strip(), _line_told(byline[0]))
    if outlet := _OUTLET.search(text):
        found["original_outlet"] = Known(outlet[1], _line_told(outlet[0]))
    edges = "\n".join((*lines[:6], *lines[-6:]))
    if date := _DATE.search(edges):
        day = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}"
        found["published"] = Known(day, f"the words “{date[0]}”")
    return found


def _line_told(line: str) -> str:
    return f"the line “{line.strip().splitlines()[0][:40]}”"


def _title_of(cleaned: str) -> dict[str, Known]:
    """The first line, where it is none of a paragraph."""
    first = next((line.strip() for line in cleaned.splitlines() if line.strip()), "")
    if FEWEST_TITLE <= len(first) <= MOST_TITLE and first[-1] not in "。.：:":
        return {"title": Known(first, "the first line")}
    return {}
