"""From what an editor gives to drafts: files, addresses, feeds, one after the other."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.core.errors import AiworkError
from bot.editor.importer.draft import draft_of, slug_of
from bot.editor.importer.quotations import quotations_in
from bot.editor.importer.source import ArticleText, Known, NothingToImport, read_file, read_source
from bot.editor.source_copy import keep_source
from bot.fetch import fetch
from bot.library.library import Library
from bot.library.load import build_library
from bot.library.proof import make_proof, read_proof, write_proof
from bot.library.rules.identity import ids
from bot.library.yaml.files import ARTICLES, read_content

MOST_OF_A_FEED = 20
"""Articles of one feed at a time: as many as a person looks through."""

SAME = 0.5
"""The share of an article's sentences that stand in another's source from which they are one."""

Fetch = Callable[[str], Awaitable[tuple[str, bytes, str]]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one thing: the draft's file, or why there is none."""

    given: str
    path: Path | None
    told: str


async def import_one(
    given: str, folder: Path, today: date, *, name: str = "", get: Fetch | None = fetch
) -> list[Imported]:
    """Drafts from a file, a page or a feed. Nothing is written for what cannot be used; `get` None
    turns fetching off."""
    try:
        if not re.match(r"[a-z]+://", given):
            return [_write(read_file(Path(given)), given, folder, today, name)]
        if get is None:
            raise NothingToImport("fetching is turned off (AIWORK_FETCH): save the page first")
        return await _from_address(given, folder, today, name, get)
    except OSError as error:
        return [Imported(given, None, f"{given} cannot be read: {error.strerror}")]
    except AiworkError as error:
        return [Imported(given, None, str(error))]


async def _from_address(
    url: str, folder: Path, today: date, name: str, get: Fetch
) -> list[Imported]:
    last, raw, kind = await get(url)
    if links := _links(raw, kind):
        found: list[Imported] = []
        for link in links[:MOST_OF_A_FEED]:
            found += await import_one(link, folder, today, get=get)
        return found
    source = read_source(raw, last, html="html" in kind or None)
    known = {"url": Known(last, "the address that was given"), **source.known}
    return [_write(ArticleText(source.text, source.cleaned, known), url, folder, today, name)]


def _links(raw: bytes, kind: str) -> list[str]:
    """The addresses of a feed's entries; none where it is no feed, whatever it says it is."""
    if "xml" not in kind and "rss" not in kind and not re.match(rb"\s*(<\?xml|<rss|<feed)", raw):
        return []
    import feedparser

    feed = feedparser.parse(raw)
    links = [str(entry.get("link", "")) for entry in feed.entries]
    if not any(links) and re.search(rb"<(?:rss|feed)\b", raw[:2000]):
        raise NothingToImport("this feed has no entry with a link")
    return [link for link in links if link.startswith(("http://", "https://"))]


def _write(source: ArticleText, given: str, folder: Path, today: date, name: str) -> Imported:
    content = read_content(folder)
    library, _ = build_library(content)
    if there := _already(source, folder, library):
        return Imported(given, None, f"{given} is in the library already, as {there}")
    if not quotations_in(source.text) and not re.search(r"\d", source.text):
        raise NothingToImport(f"{given} has neither a quotation nor a figure to keep")
    taken = {node.text for node in ids(content)}
    chosen = name or _free(slug_of(source.known["title"].value if "title" in source.known else ""),
                           taken, today)  # fmt: skip
    path = folder / ARTICLES / f"{chosen}.yaml"
    if chosen in taken or path.exists():
        raise NothingToImport(f"the id {chosen} is used already: give another with --as")
    path.parent.mkdir(exist_ok=True)
    path.write_text(draft_of(source, chosen, library, today), encoding="utf-8")
    write_proof(folder, make_proof(chosen, source.text))
    keep_source(folder, chosen, source.cleaned)
    return Imported(given, path, f"{path}: a draft, which nobody is shown yet")


def _free(slug: str, taken: set[str], today: date) -> str:
    """An id that is not used: the headline's words, else the day's number."""
    base = slug if len(slug) >= 3 else f"imported-{today.isoformat()}"
    tried = (base, *(f"{base[:44]}-{n}" for n in range(2, 1000)))
    return next(one for one in tried if one not in taken)


def _already(source: ArticleText, folder: Path, library: Library) -> str:
    """The article of the library that this is: the same address, or sentences that stand in its
    source, as its proof tells."""
    url = source.known["url"].value if "url" in source.known else ""
    sentences = re.findall(r"[^。！？.!?\n]{16,120}", source.text)[:60]
    for article in library.articles.values():
        if url and article.source.url == url:
            return article.id
        proof = read_proof(folder, article.id)
        told = [proof.holds(one) for one in sentences] if proof else []
        if told and told.count(True) > SAME * len(told):
            return article.id
    return ""
