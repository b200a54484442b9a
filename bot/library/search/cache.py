"""The index on disk, so that starting is a load: no OpenCC, no pypinyin, no building.

One uncompressed `.npz`, read without pickle; the archive's own checksums guard every array. A file
that is broken, or was made of other documents or by other code, is never believed: it is built anew
and replaced at once (a whole file or none), with one line in the log.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.library.search.changing import change_corpus
from bot.library.search.corpus import Corpus, Document
from bot.library.search.hanzi import Hanzi, read_hanzi
from bot.library.search.indexing import build_corpus, marks_of
from bot.library.search.postings import Postings

FILE = "search-index.npz"
DATA_FROM = ("opencc", "pypinyin", "numpy")  # packages whose data or format is inside the file

_log = logging.getLogger(__name__)


def load_or_build_corpus(
    documents: Callable[[], Sequence[Document]], folder: Path, version: str = ""
) -> Corpus:
    """The corpus of these documents, from the folder's cache if that is whole and ours; of what has
    changed since only that is taken up. Equal documents have an equal `version`, where it is given:
    they need not be made then."""
    path, code = folder / FILE, _code()
    try:
        held = _load(path, code)
    except FileNotFoundError:
        _log.info("no search index in %s yet; building it", folder)
        held = None
    except _Stale:
        _log.info("the search index in %s is of other code; building it anew", path)
        held = None
    except Exception as error:  # noqa: BLE001 - a broken file makes numpy raise eight different ones
        _log.warning("the search index %s cannot be read (%s); building it anew", path, error)
        held = None
    if held and version and held.version == version:
        return held.corpus
    made = documents()
    if held and np.array_equal(held.corpus.marks, marks_of(made)):
        return held.corpus
    if held:
        _log.info("the search index in %s is of other content; changing it", path)
        corpus = change_corpus(held.corpus, made)
    else:
        corpus = build_corpus(made, read_hanzi())
    _save(corpus, path, code, version)
    return corpus


@dataclass(frozen=True, slots=True)
class _Held:
    corpus: Corpus
    version: str


class _Stale(Exception):
    pass


def _code() -> str:
    """Changes with anything that an index is made by."""
    digest = hashlib.blake2b(digest_size=20)
    for source in sorted(Path(__file__).parent.glob("*.[pt][yx]*")):
        digest.update(source.read_bytes())
    for package in DATA_FROM:
        digest.update(package_version(package).encode())
    return digest.hexdigest()


def _save(corpus: Corpus, path: Path, code: str, version: str) -> None:
    """Write beside the old file, then take its place; a folder without room is only a warning."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=FILE)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(corpus, code, version))
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        _log.warning("the search index cannot be kept in %s (%s); check the folder", path, error)


def _arrays(corpus: Corpus, code: str, version: str) -> dict[str, NDArray[Any]]:
    return {
        "code": _text(code),
        "version": _text(version),
        "ids": _text(corpus.ids),
        "words": _text(corpus.words),
        "regional": _text(corpus.regional),
        "syllables": _text(corpus.hanzi.syllables),
        "simple": corpus.hanzi.simple,
        "hanzi_readings": corpus.hanzi.readings,
        **{name: getattr(corpus, name) for name in _PLAIN},
        **_postings("features", corpus.features),
        **_postings("spelling", corpus.spelling),
    }


_PLAIN = ("tokens", "starts", "readings", "surprise", "sound_surprise", "marks")


def _text(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def _postings(name: str, postings: Postings) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_keys": postings.keys,
        f"{name}_offsets": postings.offsets,
        f"{name}_members": postings.members,
        f"{name}_size": np.array(postings.size),
    }


def _load(path: Path, code: str) -> _Held:
    # Opened here: np.load forgets to close what it cannot read.
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        if _value(file["code"]) != code:
            raise _Stale
        corpus = Corpus(
            ids=_value(file["ids"]),
            words=_value(file["words"]),
            regional=_value(file["regional"]),
            hanzi=Hanzi(file["simple"], file["hanzi_readings"], tuple(_value(file["syllables"]))),
            features=_read_postings("features", file),
            spelling=_read_postings("spelling", file),
            **{name: file[name] for name in _PLAIN},
        )
        return _Held(corpus, _value(file["version"]))


def _value(array: NDArray[np.uint8]) -> Any:
    return json.loads(array.tobytes())


def _read_postings(name: str, file: Any) -> Postings:
    keys, offsets, members, size = (
        file[f"{name}_{part}"] for part in ("keys", "offsets", "members", "size")
    )
    return Postings(keys, offsets, members, int(size))
