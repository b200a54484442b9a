"""Editions that bots fetch: made and signed, taken up whole, refused, kept."""

from __future__ import annotations

import io
import logging
import os
import shutil
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from bot.app.published import PublishedContent
from bot.fetch import fetch
from bot.library.archive import EditionError, pack, sign, unpack
from bot.library.reload import LiveLibrary
from tests.cli.process import ROOT, aiwork
from tests.standin.telegram import TOKEN, Standin
from tests.whole import running

KEY = "k" * 24
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ARTICLE = "articles/silicon-valley-002.yaml"
SPOKEN = "这是当今世界上最有趣的科学问题。"
EDITED = "这是当今世界上最有意思的科学问题。"


@dataclass
class Site:
    """A web server of files, and what was asked of it."""

    root: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: str = "http://10.0.0.7/e.zip"

    def publish(self, archive: bytes, made: datetime, key: str = KEY) -> None:
        self.files = {"/e.zip": archive, "/e.zip.sig": sign(archive, made, key)}

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path == "/away":
            return web.Response(status=302, headers={"Location": self.away})
        found = self.files.get(request.path)
        return web.Response(body=found) if found is not None else web.Response(status=404)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", site.answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    site.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "mine" / "content"))


class Bot:
    """A process with a disk of its own."""

    def __init__(self, data: Path, url: str) -> None:
        self.made: list[datetime] = []
        self.refusals = 0
        self.published = PublishedContent(
            url,
            KEY,
            data,
            partial(fetch, allowed=lambda one: one == "127.0.0.1"),
            now=lambda: NOON,
            live=self.made.append,
            refused=self._count,
        )
        held = self.published.current()
        self.library = LiveLibrary(held.content if held else ROOT / "content", data / "cache")

    def _count(self) -> None:
        self.refusals += 1

    async def look(self) -> str:
        """The words that it serves after a look at the address."""
        await self.published.take_up(self.library)
        return self.library.edition.library.quotes["most-interesting-question"].text


@pytest.fixture
def bot(tmp_path: Path, site: Site) -> Callable[[str], Bot]:
    return lambda name: Bot(tmp_path / name, f"{site.root}/e.zip")


def edited(content: Path) -> bytes:
    file = content / ARTICLE
    file.write_text(file.read_text("utf-8").replace(SPOKEN, EDITED), "utf-8")
    return pack(content)


async def test_two_processes_with_disks_of_their_own_serve_a_new_edition(
    content: Path, site: Site, bot: Callable[[str], Bot]
) -> None:
    site.publish(pack(content), NOON)
    bots = [bot("web"), bot("worker")]
    assert [await one.look() for one in bots] == [SPOKEN, SPOKEN]
    site.publish(edited(content), NOON + timedelta(minutes=5))
    assert [await one.look() for one in bots] == [EDITED, EDITED]
    assert [one.made[-1] for one in bots] == [NOON + timedelta(minutes=5)] * 2
    assert bots[0].library.edition.look("最有意思的科学问题", 1).hits


async def test_two_processes_may_share_a_disk(
    content: Path, site: Site, bot: Callable[[str], Bot]
) -> None:
    first, second = bot("data"), bot("data")
    site.publish(edited(content), NOON)
    assert [await first.look(), await second.look()] == [EDITED, EDITED]


async def test_an_edition_is_fetched_once(
    content: Path, site: Site, bot: Callable[[str], Bot]
) -> None:
    site.publish(pack(content), NOON)
    one = bot("data")
    for _ in range(3):
        await one.look()
    assert site.asked == ["/e.zip.sig", "/e.zip", "/e.zip.sig", "/e.zip.sig"]


async def test_the_last_good_edition_outlives_the_address_and_the_process(
    content: Path, site: Site, bot: Callable[[str], Bot], caplog: pytest.LogCaptureFixture
) -> None:
    site.publish(edited(content), NOON)
    assert await bot("data").look() == EDITED
    site.files.clear()
    again = bot("data")
    assert [await again.look(), await again.look()] == [EDITED, EDITED]
    assert again.refusals == 2
    assert len([one for one in caplog.records if "no new content" in one.message]) == 1


def _forged(site: Site, archive: bytes) -> None:
    site.publish(archive, NOON, key="x" * 24)


def _swapped(site: Site, archive: bytes) -> None:
    site.publish(archive, NOON)
    site.files["/e.zip"] = archive + b"\x00"


def _older(site: Site, archive: bytes) -> None:
    site.publish(archive, NOON - timedelta(days=2))


def _of_the_future(site: Site, archive: bytes) -> None:
    site.publish(archive, NOON + timedelta(days=365))


def _without_signature(site: Site, archive: bytes) -> None:
    site.files = {"/e.zip": archive}


def _signed_by_nobody(site: Site, archive: bytes) -> None:
    site.publish(archive, NOON)
    site.files["/e.zip.sig"] = b"<html>sign in</html>"


def _redated(site: Site, archive: bytes) -> None:
    """A signature that was made for another moment."""
    site.publish(archive, NOON - timedelta(days=2))
    old = site.files["/e.zip.sig"]
    site.files["/e.zip.sig"] = old.replace(b"2026-02-28", b"2026-03-02")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_forged, "not signed with the key"),
        (_swapped, "not the one that was signed"),
        (_older, "before the one that is served"),
        (_of_the_future, "is of the future"),
        (_without_signature, "answers 404"),
        (_signed_by_nobody, "no signature"),
        (_redated, "not signed with the key"),
    ],
)
async def test_what_is_not_ours_or_not_new_changes_nothing(
    harm: Callable[[Site, bytes], None],
    said: str,
    content: Path,
    site: Site,
    bot: Callable[[str], Bot],
    caplog: pytest.LogCaptureFixture,
) -> None:
    site.publish(pack(content), NOON - timedelta(days=1))
    one = bot("data")
    assert await one.look() == SPOKEN
    harm(site, edited(content))
    assert await one.look() == SPOKEN
    assert said in caplog.text
    assert one.made[-1] == NOON - timedelta(days=1)


async def test_an_edition_with_a_mistake_is_not_served_nor_fetched_again(
    content: Path, site: Site, bot: Callable[[str], Bot], caplog: pytest.LogCaptureFixture
) -> None:
    site.publish(pack(content), NOON - timedelta(days=1))
    one = bot("data")
    await one.look()
    file = content / ARTICLE
    file.write_text(file.read_text("utf-8").replace("kind: named", "kind: nobody"), "utf-8")
    site.publish(edited(content), NOON)
    site.asked.clear()
    assert [await one.look(), await one.look()] == [SPOKEN, SPOKEN]
    assert "not fit to be served" in caplog.text
    assert site.asked == ["/e.zip.sig", "/e.zip", "/e.zip.sig"]
    assert len([one for one in caplog.records if one.levelno == logging.WARNING]) == 1


async def test_no_redirect_leads_inside_a_network(
    tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    one = Bot(tmp_path / "data", f"{site.root}/away")
    site.files["/away.sig"] = sign(b"", NOON, KEY)
    assert await one.look() == SPOKEN
    assert "inside a network" in caplog.text


@pytest.mark.parametrize(
    "away", ["http://a..b/", "http://x.example:99999/", "http://[::1/", "gopher://x.example/"]
)
async def test_a_redirect_to_what_is_no_address_is_one_sentence(
    away: str, tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    one = Bot(tmp_path / "data", f"{site.root}/away")
    site.away = away
    site.files["/away.sig"] = sign(b"", NOON, KEY)
    assert await one.look() == SPOKEN
    assert [record.exc_info for record in caplog.records if "no new" in record.message] == [None]


async def test_an_edition_that_was_changed_on_disk_is_not_served(
    tmp_path: Path, content: Path, site: Site, bot: Callable[[str], Bot]
) -> None:
    site.publish(edited(content), NOON)
    await bot("data").look()
    (archive,) = (tmp_path / "data" / "published").glob("*/edition.zip")
    archive.write_bytes(archive.read_bytes() + b"\x00")
    again = bot("data")
    assert again.published.current() is None
    assert await again.look() == EDITED  # fetched anew


async def test_old_editions_go(tmp_path: Path, content: Path, site: Site) -> None:
    one = Bot(tmp_path / "data", f"{site.root}/e.zip")
    for number in range(5):
        file = content / ARTICLE
        file.write_text(file.read_text("utf-8") + f"# {number}\n", "utf-8")
        site.publish(pack(content), NOON + timedelta(minutes=number))
        await one.look()
    kept = list((tmp_path / "data" / "published").iterdir())
    assert len(kept) == 2
    assert one.library.folder.parent in kept


async def test_a_bot_serves_what_was_published_before_it_started(
    tmp_path: Path, content: Path, site: Site
) -> None:
    site.publish(edited(content), datetime.now(UTC))
    async with Standin() as telegram:
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram.root, "PORT": "0",
            "AIWORK_CONTENT_URL": f"{site.root}/e.zip", "AIWORK_CONTENT_KEY": KEY,
            "AIWORK_CONTENT_PRIVATE": "1",
        }  # fmt: skip
        async with running(tmp_path / "data", settings) as bot:
            await bot.ready()
            telegram.says("/quote most-interesting-question")
            await telegram.until(lambda: bool(telegram.sent))
            assert EDITED in str(telegram.sent)
            await bot.stop()


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files:
            archive.writestr(zipfile.ZipInfo(name), raw, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _link() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("articles/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return packed.getvalue()


def _damaged() -> bytes:
    """Deflated bytes that are none, behind headers that are right."""
    archive = bytearray(zipped(("topics.yaml", b"topics: []\n" * 400)))
    start = 30 + len("topics.yaml")
    archive[start : start + 12] = b"\xff" * 12
    return bytes(archive)


def _locked() -> bytes:
    archive = bytearray(zipped(("topics.yaml", b"topics: []")))
    for place in (6, archive.index(b"PK\x01\x02") + 8):
        archive[place] |= 1
    return bytes(archive)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "damaged": (lambda: _damaged(), "cannot be read"),
    "locked": (lambda: _locked(), "cannot be read"),
    "up": (lambda: zipped(("../topics.yaml", b"")), "no content"),
    "up and down": (lambda: zipped(("articles/../../x.yaml", b"")), "no content"),
    "absolute": (lambda: zipped(("/etc/cron.d/x.yaml", b"")), "no content"),
    "backslashes": (lambda: zipped(("articles\\..\\x.yaml", b"")), "no content"),
    "line break": (lambda: zipped(("articles/x.yaml\n", b"")), "no content"),
    "other folder": (lambda: zipped(("proof/x", b"")), "no content"),
    "link": (lambda: _link(), "no content"),
    "bomb": (lambda: zipped(("articles/x.yaml", b"\x00" * 50_000_000)), "too large"),
    "many files": (
        lambda: zipped(*((f"articles/{n}.yaml", b"") for n in range(20_001))),
        "more than 20000 files",
    ),
    "cut": (lambda: zipped(("topics.yaml", b"topics: []"))[:-9], "cannot be read"),
    "empty": (lambda: b"", "cannot be read"),
    "no archive": (lambda: b"PK\x03\x04" + b"\xff" * 500, "cannot be read"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_archive_writes_what_is_no_content(name: str, tmp_path: Path) -> None:
    archive, said = HOSTILE[name]
    with pytest.raises(EditionError, match=said):
        unpack(archive(), tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


def test_a_file_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = zipped(("topics.yaml", b"a"), ("topics.yaml", b"b"))
    with pytest.raises(EditionError, match="no content"):
        unpack(archive, tmp_path)


def test_the_same_content_makes_the_same_archive(content: Path, tmp_path: Path) -> None:
    first = pack(content)
    for path in sorted(content.rglob("*.yaml"), reverse=True):
        raw = path.read_bytes()
        path.unlink()
        path.write_bytes(raw)
        os.utime(path, (1, 1))
        path.chmod(0o600)
    assert pack(Path(shutil.copytree(content, tmp_path / "other"))) == first
    unpack(first, tmp_path / "back")
    assert pack(tmp_path / "back") == first


def test_publish_writes_archive_and_signature_and_leaves_drafts_at_home(
    content: Path, tmp_path: Path
) -> None:
    (content / "articles" / "half.yaml").write_text("id: half\nstatus: draft\n", "utf-8")
    out = tmp_path / "e.zip"
    command = ("content", "publish", str(content), "--out", str(out))
    when = str(int(NOON.timestamp()))
    done = aiwork(*command, data=tmp_path / "data", AIWORK_CONTENT_KEY=KEY, SOURCE_DATE_EPOCH=when)
    assert (done.returncode, done.stderr) == (0, b"")
    assert out.read_bytes() == pack(content)
    assert (tmp_path / "e.zip.sig").read_bytes() == sign(out.read_bytes(), NOON, KEY)
    names = zipfile.ZipFile(out).namelist()
    assert "topics.yaml" in names
    assert "articles/half.yaml" not in names


def test_publish_refuses_what_is_wrong_and_asks_for_a_key(content: Path, tmp_path: Path) -> None:
    out = tmp_path / "e.zip"
    command = ("content", "publish", str(content), "--out", str(out))
    done = aiwork(*command, data=tmp_path / "data")
    assert done.returncode == 2
    assert b"AIWORK_CONTENT_KEY is missing" in done.stderr
    file = content / ARTICLE
    file.write_text(file.read_text("utf-8").replace("kind: named", "kind: nobody"), "utf-8")
    done = aiwork(*command, data=tmp_path / "data", AIWORK_CONTENT_KEY=KEY)
    assert done.returncode == 1
    assert b"nothing is published until this is right" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("https://files.example/e.zip", ""), b"AIWORK_CONTENT_KEY is missing"),
        (("file:///etc/passwd", KEY), b"whole address"),
        (("", "short"), b"16 ASCII characters"),
    ],
)
def test_settings_that_cannot_be_are_told(
    given: tuple[str, str], said: bytes, tmp_path: Path
) -> None:
    url, key = given
    done = aiwork("ask", "help", data=tmp_path, AIWORK_CONTENT_URL=url, AIWORK_CONTENT_KEY=key)
    assert done.returncode == 2
    assert said in done.stderr
