"""What was read and checked is remembered, never trusted, and given back when it is of no use."""

from __future__ import annotations

import base64
import gc
import os
import weakref
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.core.errors import ContentError
from bot.core.language import Language
from bot.library.check import check
from bot.library.load import ContentReader, load
from bot.library.reading import ReadFile, read_article
from bot.library.reload import LiveLibrary
from bot.library.yaml.files import ContentFile
from tests.library.conftest import Edit

CONTENT = Path(__file__).parents[2] / "content"
ARTICLE = "articles/silicon-valley-002.yaml"
TODAY = date(2026, 1, 1)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of the articles that were read from their YAML."""
    places: list[str] = []

    def watched(file: ContentFile) -> ReadFile:
        places.append(file.place)
        return read_article(file)

    monkeypatch.setattr("bot.library.load.read_article", watched)
    return places


def kept(cache: Path) -> list[Path]:
    return sorted((cache / "files").iterdir())


def test_what_is_remembered_is_what_was_read(cache: Path) -> None:
    read = load(CONTENT, cache=cache)
    remembered = load(CONTENT, cache=cache)
    assert remembered == read == load(CONTENT)
    assert remembered.tombstones == read.tombstones
    one, other = (next(iter(library.articles.values())) for library in (remembered, read))
    assert one.model_dump() == other.model_dump()


def test_after_an_edit_one_file_is_read(edit: Edit, cache: Path, parsed: list[str]) -> None:
    reader = ContentReader(edit(ARTICLE, "“002” breaks", "“003” breaks"), cache)
    before = reader.load()
    (Path(cache).parent / "content/articles/other.yaml").write_text("status: draft\n", "utf-8")
    parsed.clear()
    after = reader.load()
    assert parsed == ["articles/other.yaml"]
    assert after.articles["silicon-valley-002"] is before.articles["silicon-valley-002"]
    parsed.clear()
    load(edit(ARTICLE, "“003” breaks", "“004” breaks"), cache=cache)
    assert parsed == [ARTICLE]


def test_what_was_wrong_is_told_again_with_its_lines(edit: Edit, cache: Path) -> None:
    folder = edit(ARTICLE, "bound: at_least", "bound: atleast")

    def told() -> list[str]:
        with pytest.raises(ContentError) as caught:
            load(folder, Language.EN, cache)
        return [str(one) for one in caught.value.problems]

    assert told() == told()
    assert check(folder, Language.HANS, TODAY, cache=cache) == check(folder, Language.HANS, TODAY)
    assert check(folder, Language.HANS, TODAY, cache=cache) == check(folder, Language.HANS, TODAY)


def test_clashes_between_files_are_told_though_both_are_remembered(
    content: Path, cache: Path
) -> None:
    load(content, cache=cache)
    text = (content / ARTICLE).read_text("utf-8")
    copy = text.replace("id: silicon-valley-002", "id: again", 1)
    (content / "articles/again.yaml").write_text(copy, "utf-8")
    for _ in range(2):
        with pytest.raises(ContentError) as caught:
            load(content, cache=cache)
        assert any("nobody-takes-vacation" in str(one) for one in caught.value.problems)


def test_what_was_in_the_future_is_not_for_ever(edit: Edit, cache: Path) -> None:
    folder = edit(ARTICLE, "retrieved: 2025-11-22", "retrieved: 2026-11-22")

    def told(today: date) -> bool:
        return any(
            "2026-11-22" in str(one) for one in check(folder, Language.EN, today, cache=cache)
        )

    assert [told(date(2026, 1, 1)), told(date(2026, 12, 1)), told(date(2026, 2, 1))] == [
        True, False, True,
    ]  # fmt: skip


def test_a_proof_that_came_later_is_held_against_the_words(content: Path, cache: Path) -> None:
    check(content, Language.EN, TODAY, cache=cache)
    (content / "proof").mkdir()
    field = b"\x00" * (1 << 14)
    (content / "proof/silicon-valley-002").write_bytes(base64.encodebytes(field))
    assert check(content, Language.EN, TODAY, cache=cache) == check(content, Language.EN, TODAY)
    assert any("source" in str(one) for one in check(content, Language.EN, TODAY, cache=cache))


def _cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def _forged(raw: bytes) -> bytes:
    return raw.replace(b"Batson", b"Nobody")


def _emptied(raw: bytes) -> bytes:
    return raw[:0]


def _pickled(raw: bytes) -> bytes:
    return b"\x80\x04." * 40


@pytest.mark.parametrize("harm", [_cut, _forged, _emptied, _pickled])
def test_nothing_is_believed_that_is_not_whole(
    cache: Path, parsed: list[str], harm: Callable[[bytes], bytes]
) -> None:
    right = load(CONTENT, cache=cache)
    for path in kept(cache):
        path.write_bytes(harm(path.read_bytes()))
    parsed.clear()
    assert load(CONTENT, cache=cache) == right
    assert parsed
    parsed.clear()
    assert load(CONTENT, cache=cache) == right
    assert not parsed


def test_nothing_is_taken_from_a_folder_that_others_may_write_to(
    cache: Path, parsed: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    load(CONTENT, cache=cache)
    (cache / "files").chmod(0o777)
    parsed.clear()
    load(CONTENT, cache=cache)
    assert len(parsed) == len(list((CONTENT / "articles").glob("*.yaml")))
    assert "written to by others" in caplog.text


def test_a_folder_of_our_own_is_closed_to_others(cache: Path) -> None:
    load(CONTENT, cache=cache)
    assert (cache / "files").stat().st_mode & 0o077 == 0


def test_a_cache_that_cannot_be_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load(CONTENT, cache=tmp_path / "file").articles


def test_old_memories_go(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(CONTENT, cache=cache)
    monkeypatch.setattr("bot.library.remembered.SPARE", 2)
    for number in range(9):
        path = cache / "files" / f"old-{number}"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    load(CONTENT, cache=cache)
    assert {path.name for path in kept(cache) if path.name.startswith("old")} == {"old-7", "old-8"}


def test_an_edition_that_was_swapped_out_is_given_back(edit: Edit, cache: Path) -> None:
    live = LiveLibrary(edit(ARTICLE, "“002” breaks", "“003” breaks"), cache)
    live.edition.look("nobody takes vacation", 1)
    held = (live.edition, live.edition.library, live.edition.index)
    old = [weakref.ref(one) for one in held]
    del held
    edit(ARTICLE, "“003” breaks", "“004” breaks")
    assert live.reload()
    gc.collect()
    assert [one() for one in old] == [None, None, None]
