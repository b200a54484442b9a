"""The index on disk: loaded when it is right, built anew when it is not."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.library.documents import documents
from bot.library.load import load
from bot.library.search import load_or_build
from bot.library.search.changing import change_corpus
from bot.library.search.corpus import Corpus, Document
from bot.library.search.hanzi import read_hanzi
from bot.library.search.indexing import build_corpus
from tests.library.search.lines import lines

CONTENT = Path(__file__).parents[3] / "content"
QUERIES = ("没人去渡假", "batson science", "liang nian 20 nian", "軟體吃掉世界", "who said that")


def answers(folder: Path) -> list[list[tuple[str, float]]]:
    index = load_or_build(lines(), folder)
    found = [index.look_by_letters(query, 5).result.hits for query in QUERIES]
    return [[(hit.id, hit.score) for hit in hits] for hits in found]


def cached(folder: Path) -> Path:
    return folder / "search-index.npz"


def test_a_loaded_index_answers_like_a_built_one(tmp_path: Path) -> None:
    assert answers(tmp_path) == answers(tmp_path)


def test_a_warm_start_loads_neither_opencc_nor_pypinyin(tmp_path: Path) -> None:
    answers(tmp_path)
    assert dictionaries_after("from tests.library.search.test_cache import answers;"
                              "answers(Path(sys.argv[1]))", tmp_path) == "set()"  # fmt: skip


def test_a_bot_that_makes_its_first_index_does_not_keep_what_that_takes(tmp_path: Path) -> None:
    warmed = "live = LiveLibrary(CONTENT, Path(sys.argv[1])); asyncio.run(live.warm())"
    code = f"import asyncio; from tests.index import CONTENT, LiveLibrary; {warmed}"
    assert dictionaries_after(code, tmp_path) == "set()"
    assert cached(tmp_path).stat().st_size > 100_000


def dictionaries_after(code: str, folder: Path) -> str:
    """Which of the large dictionaries a process holds after that."""
    told = "print({'opencc', 'pypinyin'} & set(sys.modules))"
    command = [sys.executable, "-c", f"import sys; from pathlib import Path; {code}; {told}"]
    done = subprocess.run(
        [*command, str(folder)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("harm", ["cut", "flipped", "emptied", "replaced"])
def test_a_broken_cache_is_built_anew_with_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    right = answers(tmp_path)
    file = cached(tmp_path)
    data, middle = file.read_bytes(), len(file.read_bytes()) // 2
    flipped = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
    broken = {"cut": data[:middle], "flipped": flipped, "emptied": b"", "replaced": b"hello"}
    file.write_bytes(broken[harm])
    with caplog.at_level(logging.INFO):
        assert answers(tmp_path) == right
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    caplog.clear()
    assert answers(tmp_path) == right
    assert not caplog.records


def test_a_cache_of_other_content_is_not_believed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    load_or_build(lines()[1:], tmp_path)
    with caplog.at_level(logging.INFO):
        assert load_or_build(lines(), tmp_path).search("巴特森", 1)[0][0] == "science"
    assert len(caplog.records) == 1
    assert "other content" in caplog.text


@pytest.mark.parametrize("seed", range(6))
def test_an_index_that_was_changed_is_the_index_that_would_be_built(seed: int) -> None:
    rnd = random.Random(seed)
    before = documents(load(CONTENT))
    after: list[dict[str, Any]] = [dict(one) for one in before if rnd.random() > 0.04]
    for one in rnd.sample(after, 3):
        one["text"] = f"{one['text'][::-1]} 從來沒有人 said zyzzyva {rnd.random()}"
    for _ in range(3):
        new = {**rnd.choice(after), "id": f"quote:new-{rnd.random()}", "text": "软件 eats quux"}
        after.insert(rnd.randrange(len(after) + 1), new)
    if seed == 5:
        after.insert(0, after.pop())  # what has moved
    changed, built = change_corpus(build_corpus(before, read_hanzi()), after), of(after)
    for name in ("ids", "words"):
        assert getattr(changed, name) == getattr(built, name)
    for name in ("tokens", "starts", "readings", "surprise", "sound_surprise", "marks"):
        assert np.array_equal(getattr(changed, name), getattr(built, name)), name
    for kind in ("features", "spelling"):
        one, other = getattr(changed, kind), getattr(built, kind)
        for name in ("keys", "offsets", "members", "size"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), (kind, name)
            assert np.asarray(getattr(one, name)).dtype == np.asarray(getattr(other, name)).dtype
    assert built.regional.items() <= changed.regional.items()


def of(some: Sequence[Document]) -> Corpus:
    return build_corpus(some, read_hanzi())


def test_nothing_left_and_nothing_before_are_changes_too() -> None:
    some = documents(load(CONTENT))[:3]
    assert change_corpus(of(some), []).ids == []
    assert change_corpus(of([]), some).ids == [one["id"] for one in some]


def test_documents_of_a_known_version_are_not_made(tmp_path: Path) -> None:
    load_or_build(lines(), tmp_path, "7")

    def never() -> Sequence[Document]:
        raise AssertionError("made")

    assert load_or_build(never, tmp_path, "7").search("没人去度假", 1)


def test_a_folder_that_cannot_be_written_is_only_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    assert load_or_build(lines(), tmp_path / "file" / "below").search("没人去度假", 1)
    assert "cannot be kept" in caplog.text


def test_the_cache_leaves_nothing_else_behind(tmp_path: Path) -> None:
    answers(tmp_path)
    answers(tmp_path)
    kept = {file.name for file in tmp_path.iterdir()}
    assert "search-index.npz" in kept
    assert kept <= {"search-index.npz", "sense-vectors.npz"}
