"""Pictures of quotes: whole, in every language, with the attribution of the card, or not at all."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import picture
from bot.adapters.picture import HEIGHT, WIDTH, Layout, Run, lay_out, paint, texts_of
from bot.app.services import read_words
from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Block, Paragraph, Quote, Reply, spans
from bot.core.words import Voice
from bot.library.cards import quote_blocks
from bot.library.library import Library
from bot.library.load import load
from bot.library.models.entries import QuoteEntry
from tests.site.conftest import CONTENT, URL, Make, withdraw
from tests.site.test_web import reading_room

Image = pytest.importorskip("PIL.Image", reason="no pictures here: pip install 'aiwork[pictures]'")
ttlib = pytest.importorskip("fontTools.ttLib", reason="no fonttools here: pip install fonttools")

LANGUAGES = (Language.BOTH, Language.HANS, Language.HANT, Language.EN)
ID = "most-interesting-question"
EMOJI = ("😀", "❤️", "👍🏽", "🏳️‍🌈", "👩‍👩‍👧‍👦", "🇨🇳", "1️⃣", "©", "™", "🔥")
LONGEST = {
    "zh-Hans": "凌晨两点的办公室只剩下键盘声，产品经理问：“这个需求明天能上吗？”"
    "没有人回答，只有 AI 还在不停地写代码，写到天亮为止。",
    "en": " ".join(["uncharacteristically"] * 40),
}
HARD = (
    "AI", "我。", "龘靐齉爩", "他說：「裁員之後，臺灣與香港的矽谷工程師仍在加班。」——後記",
    "“I’d do it again,” she said — 996 & all: 100 %…", "Ünïcödé Žižek naïve façade Łódź",
    "https://example.org/a-very-long-address-that-has-no-place-to-break/" + "x" * 90,
)  # fmt: skip


@cache
def library() -> Library:
    return load(CONTENT)


@cache
def voice(language: Language) -> Voice:
    return Voice(read_words(), language)


def entries() -> Iterator[tuple[QuoteEntry, Language]]:
    """Two hundred, seeded: the longest that are allowed, emoji anywhere, two speakers."""
    chance, quotes = random.Random(7), list(library().quotes.values())
    for number in range(200):
        quote, language = chance.choice(quotes), LANGUAGES[number % 4]
        text = chance.choice([quote.text, LONGEST["zh-Hans"], LONGEST["en"], *HARD])
        if number % 3 == 0:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(EMOJI) + text[at:]
        changes: dict[str, Any] = {"text": text}
        if number % 5 == 0:
            name, role = quote.speaker.name, quote.speaker.role or quote.speaker.name
            two = {"hans": f"{name.hans}与欧阳上官", "en": f"{name.en} and Wolfeschlegelstein"}
            long = {"hans": f"{role.hans}兼首席科学家" * 2, "en": f"{role.en}, chief scientist" * 2}
            changes["speaker"] = quote.speaker.model_copy(
                update={"name": name.model_copy(update=two), "role": name.model_copy(update=long)}
            )
        if number % 2 and quote.translation.en:
            english = {"en": LONGEST["en"]}
            changes["translation"] = quote.translation.model_copy(update=english)
        yield quote.model_copy(update=changes), language


def card(quote: QuoteEntry, language: Language) -> tuple[Block, ...]:
    return quote_blocks(quote, library().article_of(quote), voice(language))


def test_two_hundred_entries_are_whole_apart_and_in_glyphs_that_exist() -> None:
    for quote, language in entries():
        blocks = card(quote, language)
        layout = lay_out(blocks, traditional=language is Language.HANT)
        assert layout, (quote.text, language)
        assert squeezed(read(layout)) == squeezed("".join(texts_of(blocks)) + "aiwork")
        assert squeezed(text_of(Reply(blocks))) == squeezed("".join(texts_of(blocks)))
        check_boxes(layout)
        check_glyphs(layout)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_painted_leaves_the_margin_white_and_is_no_blank(language: Language) -> None:
    quote = library().quotes[ID]
    layout = lay_out(card(quote, language), traditional=language is Language.HANT)
    assert layout
    image = Image.open(io.BytesIO(paint(layout))).convert("L")
    assert image.size == (1200, 630)
    for side in ((0, 0, WIDTH, 20), (0, HEIGHT - 20, WIDTH, HEIGHT), (0, 0, 60, HEIGHT)):
        darkest, lightest = image.crop(side).getextrema()
        assert darkest == lightest > 240
    darkest, _ = image.getextrema()
    assert darkest < 60


def test_what_no_font_has_or_does_not_fit_is_no_picture() -> None:
    def drawn(text: str) -> Layout | None:
        return lay_out((Quote(text, spans("who")),), traditional=False)

    assert drawn("Work.")
    assert drawn("שלום עולם") is None
    assert drawn("\ue000 private") is None
    assert drawn("加班" * 2000) is None
    assert lay_out((Paragraph(spans("W" * 5000)),), traditional=False) is None


async def test_the_web_role_serves_the_picture_that_the_page_names(
    own_content: Path, tmp_path: Path
) -> None:
    async with reading_room(own_content, tmp_path) as (client, _):
        for language in ("", "/en", "/zh-Hant"):
            page = await client.get(f"{language}/q/{ID}")
            assert f'property="og:image" content="{URL}{language}/q/{ID}.png"' in page.text
            answer = await client.get(f"{language}/q/{ID}.png")
            assert answer.headers["content-type"] == "image/png"
            assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
            known = {"If-None-Match": answer.headers["etag"]}
            assert (await client.get(f"{language}/q/{ID}.png", headers=known)).status_code == 304
        for path in ("/q/nobody.png", "/a/silicon-valley-002.png", "/.png", "/q/.png", "/x.png"):
            assert (await client.get(path)).status_code == 404, path


def test_the_command_draws_them_when_asked(make: Make, own_content: Path, out: Path) -> None:
    for file in (own_content / "articles").iterdir():
        if file.stem != "silicon-valley-002":
            file.unlink()
    (quote, *others) = load(own_content).quotes.values()
    for other in others[1:]:  # each takes four pictures
        withdraw(own_content, other.id)
    make("--url", URL)
    assert not list(out.rglob("*.png"))
    assert "og:image" not in (out / "q" / quote.id / "index.html").read_text("utf-8")
    make("--url", URL, "--pictures")
    drawn = (out / "en" / "q" / f"{quote.id}.png").read_bytes()
    assert Image.open(io.BytesIO(drawn)).size == (1200, 630)
    assert "og:image" in (out / "q" / quote.id / "index.html").read_text("utf-8")
    assert " 0 written, 0 deleted" in make("--url", URL, "--pictures")
    make("--url", URL)
    assert not list(out.rglob("*.png"))


async def test_without_the_extra_nothing_of_it_appears(
    make: Make, own_content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "_PACKAGES", ("PIL", "a_package_that_is_not_here"))
    assert "pip install 'aiwork[pictures]'" in make("--pictures", code=2)
    async with reading_room(own_content, tmp_path) as (client, _):
        page = await client.get(f"/q/{ID}")
        assert "og:image" not in page.text
        assert (await client.get(f"/q/{ID}.png")).status_code == 404


def read(layout: Layout) -> str:
    return "".join(run.text for line in layout.lines for run in line)


def squeezed(text: str) -> str:
    return "".join(text.split())


def check_boxes(layout: Layout) -> None:
    """Ink within the margins; no run over the next, no line over the one below."""
    below = 0.0
    for line in layout.lines:
        boxes = [box for run in line if (box := box_of(run))]
        assert min(x for x, *_ in boxes) >= 60
        assert max(right for _, _, right, _ in boxes) <= WIDTH - 60
        for one, other in pairwise(boxes):
            assert one[2] <= other[0] + 3, line  # a pixel or two of side bearing
        assert min(top for _, top, _, _ in boxes) >= below, line
        below = max(bottom for *_, bottom in boxes)
    assert below <= HEIGHT - 20


def box_of(run: Run) -> tuple[float, float, float, float] | None:
    left, top, right, bottom = run.font.getbbox(run.text.rstrip(), anchor="ls")
    if left == right:
        return None
    return run.x + left, run.y + top, run.x + right, run.y + bottom


def check_glyphs(layout: Layout) -> None:
    for run in (run for line in layout.lines for run in line):
        known = characters(str(run.font.path))
        visible = {ord(char) for char in run.text if char not in "\u200d\ufe0e\ufe0f "}
        assert visible <= known, run.text


@cache
def characters(path: str) -> frozenset[int]:
    return frozenset(ttlib.TTFont(path).getBestCmap())
