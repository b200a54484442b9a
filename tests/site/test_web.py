"""The reading room over HTTP: the same pages, asked again cheaply, and nothing beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from bot.adapters.slack.render import render_shared
from bot.adapters.telegram.render import render
from bot.app.roles import Role
from bot.app.services import read_words
from bot.app.site import site_routes
from bot.core.command_line import CommandLine
from bot.core.reply import Buttons, Link, Paragraph, Reply, Share, spans
from bot.http import make_http, serve
from bot.library.load import load
from bot.library.reload import LiveLibrary
from bot.settings import Settings
from tests.site.conftest import CONTENT, URL, withdraw

DAY = date(2026, 11, 27)
ID = "most-interesting-question"


@asynccontextmanager
async def reading_room(
    content: Path, cache: Path, url: str | None = URL
) -> AsyncIterator[tuple[httpx.AsyncClient, LiveLibrary]]:
    library = LiveLibrary(content, cache)
    routes = routes_of(library, url)
    async with serve(make_http(routes, ready={}, metrics=bytes), 0, "127.0.0.1") as port:
        root = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=root, trust_env=False, timeout=60) as client:
            yield client, library


def routes_of(library: LiveLibrary, url: str | None, role: Role = Role.WEB) -> list[Route]:
    given: dict[str, Any] = {"public_url": url}
    return site_routes(Settings(**given), role, library, read_words(), lambda: DAY)


async def test_the_web_role_serves_what_the_command_writes(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures, which the command draws only when asked, have tests of their own."""
    monkeypatch.setattr("bot.adapters.picture._PACKAGES", ("a_package_that_is_not_here",))
    async with reading_room(CONTENT, tmp_path) as (client, _):
        for path in ("", f"q/{ID}", f"zh-Hant/q/{ID}", "en/t/burnout", "en/articles"):
            answer = await client.get(f"/{path}")
            assert answer.status_code == 200
            assert answer.content == (whole / path / "index.html").read_bytes()
            assert (await client.get(f"/{path}/")).content == answer.content
        for file in (p for p in (whole / "assets").iterdir() if p.is_file()):
            answer = await client.get(f"/assets/{file.name}")
            assert answer.content == file.read_bytes()
            assert "immutable" in answer.headers["cache-control"]
        for path in ("en/search.json", "en/feed.atom", "zh-Hans/t/burnout/feed.json"):
            assert (await client.get(f"/{path}")).content == (whole / path).read_bytes()


async def test_what_did_not_change_is_not_sent_again(own_content: Path, tmp_path: Path) -> None:
    async with reading_room(own_content, tmp_path) as (client, library):
        for path in (f"/q/{ID}", "/en/feed.atom", "/en/digest.json", "/search.json"):
            first = await client.get(path)
            same = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
            again = await client.get(path, headers=same)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        first = await client.get(f"/q/{ID}")
        withdraw(own_content, ID)
        assert library.reload()
        gone = await client.get(f"/q/{ID}", headers={"If-None-Match": first.headers["etag"]})
        assert gone.status_code == 410
        assert load(CONTENT).quotes[ID].text not in gone.text
        assert "was withdrawn" in (await client.get(f"/en/q/{ID}")).text


async def test_what_there_is_no_room_for_is_made_again(
    own_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.site.KEPT", 10_000)
    async with reading_room(own_content, tmp_path) as (client, _):
        first = [await client.get(path) for path in ("/", f"/q/{ID}", "/articles", "/search.json")]
        again = [await client.get(answer.url) for answer in first]
    assert [one.status_code for one in first + again] == [200] * 8
    assert [one.content for one in first] == [one.content for one in again]


async def test_every_page_comes_with_a_strict_policy(own_content: Path, tmp_path: Path) -> None:
    async with reading_room(own_content, tmp_path) as (client, _):
        for path in ("/", f"/q/{ID}", "/nothing-here"):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none';")
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"


MISSING = (
    "/q/nobody-said-this", "/q/", "/q", "/x/1", "/t/burnout/0", "/t/burnout/99", "/q/x/2",
    "/en/t/no-topic/feed.atom", "/feed.atom", "/assets/room.css", "/assets/..%2fsite.py",
    "/..%2f..%2fetc%2fpasswd", "/%00", "/en/en/q/x", f"/fr/q/{ID}", "/articles/99999999",
)  # fmt: skip


async def test_what_is_not_there_is_a_page_that_says_so(own_content: Path, tmp_path: Path) -> None:
    async with reading_room(own_content, tmp_path) as (client, _):
        for path in MISSING:
            answer = await client.get(path)
            assert answer.status_code == 404, path
            assert "This page does not exist" in answer.text


async def test_pages_below_a_path_are_found_with_and_without_it(
    own_content: Path, tmp_path: Path
) -> None:
    async with reading_room(own_content, tmp_path, f"{URL}/room") as (client, _):
        one = await client.get(f"/room/q/{ID}")
        other = await client.get(f"/q/{ID}")
    assert one.status_code == other.status_code == 200
    assert one.text == other.text
    assert 'href="/room/assets/' in one.text


async def test_without_an_address_and_in_a_worker_there_is_none(tmp_path: Path) -> None:
    library = LiveLibrary(CONTENT, tmp_path)
    assert routes_of(library, None) == []
    assert routes_of(library, URL, Role.WORKER) == []


async def test_nothing_is_posted_to_it(own_content: Path, tmp_path: Path) -> None:
    async with reading_room(own_content, tmp_path) as (client, _):
        assert (await client.post(f"/q/{ID}", content=b"x")).status_code == 405


def test_share_gives_the_page_on_both_platforms() -> None:
    page = Link("On the web", f"{URL}/en/q/{ID}")
    shared = Buttons((Share("Share", CommandLine("quote", ID), page),))
    reply = Reply((Paragraph(spans("words")), shared))
    (message,) = render(reply, "aiwork_bot")
    assert message.markup
    url = message.markup.inline_keyboard[0][0].url
    assert url == f"https://t.me/share/url?url=https%3A%2F%2Fread.example.org%2Fen%2Fq%2F{ID}"
    (native,) = render_shared(reply, "Shared by \0", "U0ANN", str)
    (row,) = [block for block in native["blocks"] if block["type"] == "actions"]
    assert [(b["text"]["text"], b["url"]) for b in row["elements"]] == [("On the web", page.url)]
