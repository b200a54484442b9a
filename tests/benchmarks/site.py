"""How long the reading room of a large library takes: made whole, made again, and asked over HTTP.

    python -m tests.benchmarks.site [--quick] [--json]

The baseline is writing the same files with nothing drawn, in the same run.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from bot.app.roles import Role
from bot.app.services import read_words
from bot.app.site import site_routes
from bot.http import make_http, serve
from bot.library.library import Library
from bot.library.load import load
from bot.library.models.entries import Article
from bot.settings import Settings
from bot.site.site import Site
from bot.site.write import write_site
from tests.benchmarks._lines import Measurement, Tell, at_most, run

CONTENT = Path(__file__).parents[2] / "content"
URL = "https://read.example.org"
DAY = date(2026, 11, 27)
GOAL = 60
"""Seconds for a thousand articles, on a machine that does nothing else."""


def many(count: int) -> Library:
    """Our own articles as often as it takes, each with ids and words of its own."""
    library = load(CONTENT)
    ours = list(library.articles.values())
    made = [_copy(ours[number % len(ours)], number) for number in range(count)]
    return Library({one.id: one for one in sorted(made, key=lambda one: one.id)}, library.topics)


def _copy(article: Article, number: int) -> Article:
    def own(entry: Any) -> Any:
        text = entry.text
        if not isinstance(text, str):
            text = text.model_copy(update={"en": f"{text.en} {number}"})
        return entry.model_copy(update={"id": f"{entry.id}-{number}", "text": text})

    held = {name: tuple(map(own, getattr(article, name))) for name in ("quotes", "facts")}
    points = tuple(map(own, article.key_points))
    return article.model_copy(update={"id": f"{article.id}-{number}", "key_points": points, **held})


def made(count: int, tell: Tell) -> list[Measurement]:
    """The whole, the same again, and after an edit of one article."""
    tell(f"{count:,} articles: making up")
    library, words = many(count), read_words()
    name = f"{count:,} articles"
    with tempfile.TemporaryDirectory() as folder:
        out, bare = Path(folder) / "out", Path(folder) / "bare"
        tell(f"{name}: the whole")
        whole = _seconds(lambda: write_site(Site(library, words, URL), out, DAY))
        tell(f"{name}: the same files, undrawn")
        written = _seconds(lambda: shutil.copytree(out, bare, copy_function=_rewrite))
        tell(f"{name}: again")
        again = _seconds(lambda: write_site(Site(library, words, URL), out, DAY))
        edited = _edited(library)
        tell(f"{name}: one of them edited")
        done = write_site(Site(edited, words, URL), out, DAY)
    goal = [at_most(f"{name}: the whole", whole, GOAL, "s")] if count >= 1_000 else []
    return [
        *goal,
        at_most(f"{name}: the whole, in writings of its files", whole / written, 5, "×"),
        at_most(f"{name}: again, in makings of the whole", again / whole, 0.1, "×"),
        at_most(f"{name}: share written after an edit", done.changed / done.pages, 0.1, "×"),
    ]


def _rewrite(source: str, target: str) -> str:
    body = Path(source).read_bytes()
    beside = Path(f"{target}.new")
    beside.write_bytes(body)
    return str(beside.replace(target))


def _edited(library: Library) -> Library:
    name, article = next(iter(library.articles.items()))
    title = article.title.model_copy(update={"en": "Another title"})
    articles = {**library.articles, name: article.model_copy(update={"title": title})}
    return replace(library, articles=articles)


def asked(count: int, tell: Tell) -> list[Measurement]:
    """Pages from the web role, each for the first time; then the index, which is made once."""
    tell(f"{count:,} articles: over HTTP")
    return asyncio.run(_asked(many(count), f"{count:,} articles"))


async def _asked(library: Library, name: str) -> list[Measurement]:
    edition = SimpleNamespace(library=library)
    live: Any = SimpleNamespace(edition=edition, tell=lambda _: None)
    given: dict[str, Any] = {"public_url": URL}
    routes = site_routes(Settings(**given), Role.WEB, live, read_words(), lambda: DAY)
    async with (
        serve(make_http(routes, ready={}, metrics=bytes), 0, "127.0.0.1") as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=600
        ) as client,
    ):
        await client.get("/en/search.json")  # whoever opens a page has it made
        topics, quotes = list(library.topics)[:10], list(library.quotes)[:50]
        paths = ["/en/", "/en/articles", "/en/feed.atom", "/en/digest.atom"]
        paths += [f"/en/t/{one}" for one in topics] + [f"/en/q/{one}" for one in quotes]
        paths += [f"/en/a/{one}" for one in list(library.articles)[:20]]
        took = [await _answer(client, path) for path in paths]
        index = statistics.median([await _answer(client, "/en/search.json") for _ in range(5)])
    return [
        at_most(f"{name}: median page over HTTP", statistics.median(took) * 1000, 200, "ms"),
        at_most(f"{name}: slowest page over HTTP", max(took) * 1000, 200, "ms"),
        at_most(f"{name}: search index over HTTP, made", index * 1000, 200, "ms"),
    ]


async def _answer(client: httpx.AsyncClient, path: str) -> float:
    start = time.perf_counter()
    answer = await client.get(path)
    assert answer.status_code == 200, path
    return time.perf_counter() - start


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    return run(
        "site",
        {
            "made": lambda quick, tell: made(50 if quick else 1_000, tell),
            "asked": lambda quick, tell: asked(50 if quick else 1_000, tell),
        },
    )


if __name__ == "__main__":
    sys.exit(main())
