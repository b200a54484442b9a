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
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.library.search.corpus import Corpus, Document, lines_of
from bot.library.search.hanzi import Hanzi, read_hanzi
from bot.library.search.indexing import build_corpus
from bot.library.search.postings import Postings

FILE = "search-index.npz"
DATA_FROM = ("opencc", "pypinyin", "numpy")  # packages whose data or format is inside the file

_log = logging.getLogger(__name__)


def load_or_build_corpus(documents: Sequence[Document], folder: Path) -> Corpus:
    """The corpus of these documents, from the folder's cache if that is of them and whole."""
    path, key = folder / FILE, _key(documents)
    try:
        return _load(path, key)
    except FileNotFoundError:
        _log.info("no search index in %s yet; building it for %d documents", folder, len(documents))
    except _Stale:
        _log.info("the search index in %s is of other content or code; building it anew", path)
    except Exception as error:  # noqa: BLE001 - a broken file makes numpy raise eight different ones
        _log.warning("the search index %s cannot be read (%s); building it anew", path, error)
    corpus = build_corpus(documents, read_hanzi())
    _save(corpus, path, key)
    return corpus


class _Stale(Exception):
    pass


def _key(documents: Sequence[Document]) -> str:
    """Changes with anything that the index is made of."""
    digest = hashlib.blake2b(digest_size=20)
    for source in sorted(Path(__file__).parent.glob("*.[pt][yx]*")):
        digest.update(source.read_bytes())
    for package in DATA_FROM:
        digest.update(version(package).encode())
    for document in documents:
        lines = [document["id"], *(f"{mark} {line}" for mark, line in lines_of(document))]
        digest.update("\x1f".join(lines).encode(errors="surrogatepass") + b"\x1e")
    return digest.hexdigest()


def _save(corpus: Corpus, path: Path, key: str) -> None:
    """Write beside the old file, then take its place; a folder without room is only a warning."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=FILE)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(corpus, key))
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        _log.warning("the search index cannot be kept in %s (%s); check the folder", path, error)


def _arrays(corpus: Corpus, key: str) -> dict[str, NDArray[Any]]:
    return {
        "key": _text(key),
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


_PLAIN = ("tokens", "starts", "readings", "surprise", "sound_surprise")


def _text(value: Any) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def _postings(name: str, postings: Postings) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_keys": postings.keys,
        f"{name}_offsets": postings.offsets,
        f"{name}_members": postings.members,
        f"{name}_size": np.array(postings.size),
    }


def _load(path: Path, key: str) -> Corpus:
    # Opened here: np.load forgets to close what it cannot read.
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        if _value(file["key"]) != key:
            raise _Stale
        return Corpus(
            ids=_value(file["ids"]),
            words=_value(file["words"]),
            regional=_value(file["regional"]),
            hanzi=Hanzi(file["simple"], file["hanzi_readings"], tuple(_value(file["syllables"]))),
            features=_read_postings("features", file),
            spelling=_read_postings("spelling", file),
            **{name: file[name] for name in _PLAIN},
        )


def _value(array: NDArray[np.uint8]) -> Any:
    return json.loads(array.tobytes())


def _read_postings(name: str, file: Any) -> Postings:
    keys, offsets, members, size = (
        file[f"{name}_{part}"] for part in ("keys", "offsets", "members", "size")
    )
    return Postings(keys, offsets, members, int(size))
