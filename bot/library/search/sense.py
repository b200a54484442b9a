"""A second opinion for lines that letters and sounds do not settle: which documents mean the same.

Vectors are made when they are first needed, and kept on disk by the hash of their text, so that an
edited library encodes what is new in it and nothing else.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.library.search.corpus import Document
from bot.library.search.encoder import Encoder
from bot.library.search.postings import Floats, Ints

FILE = "sense-vectors.npz"

MANY = 1_000
"""Documents up to which all are compared by sense. Among more, a bare text finds the right one too
seldom (with 2,000 others 40 of 100, with sayings 65), so that only those with sayings are."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """The vectors of a number of documents, and whose each is."""

    size: int
    owner: Ints
    vectors: Floats


class Sense:
    """Which of some documents mean what a line means. Safe to share between threads."""

    def __init__(
        self,
        documents: Callable[[], Sequence[Document]],
        encoder: Encoder,
        folder: Path | None = None,
    ) -> None:
        """`documents` are made when a line is first compared; `folder` keeps vectors between
        runs."""
        self._documents = documents
        self._encoder, self._folder = encoder, folder
        self._lock = threading.Lock()
        self._known: _Known | None = None

    @property
    def compares(self) -> bool:
        """Whether there is any document to compare with, as far as is known."""
        return self._known is None or bool(len(self._known.owner))

    def changed(self, documents: Callable[[], Sequence[Document]]) -> Sense:
        """The same for other documents."""
        return Sense(documents, self._encoder, self._folder)

    def likeness(self, line: str) -> Floats:
        """Per document the cosine of the line with the text of it that is nearest; -1 for one that
        is not compared."""
        with self._lock:
            if self._known is None:
                self._known = self._know()
        known = self._known
        found = np.full(known.size, -1.0, np.float32)
        if len(known.owner):
            np.maximum.at(found, known.owner, known.vectors @ self._encoder.encode([line])[0])
        return found

    def _know(self) -> _Known:
        documents = self._documents()
        told = list(_texts(documents))
        owner = np.array([place for place, _ in told], np.int64)
        return _Known(len(documents), owner, self._encoded([text for _, text in told]))

    def _encoded(self, texts: Sequence[str]) -> Floats:
        keys = [_key(self._encoder.name, text) for text in texts]
        kept = self._kept()
        missing = {key: text for key, text in zip(keys, texts, strict=True)
                   if key not in kept}  # fmt: skip
        if missing:
            made = self._encoder.encode(list(missing.values()))
            kept |= dict(zip(missing, made, strict=True))
            self._keep({key: kept[key] for key in keys})
        return np.stack([kept[key] for key in keys]) if keys else np.zeros((0, 1), np.float32)

    def _kept(self) -> dict[str, Floats]:
        if self._folder is None:
            return {}
        try:
            path = self._folder / FILE
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                vectors = file["vectors"].astype(np.float32)
                return dict(zip(_names(file["keys"]), vectors, strict=True))
        except FileNotFoundError:
            return {}
        except Exception as error:  # noqa: BLE001 - a broken file makes numpy raise eight different ones
            _log.warning("the vectors in %s cannot be read (%s); made anew", self._folder, error)
            return {}

    def _keep(self, vectors: dict[str, Floats]) -> None:
        """A whole file or none; a folder without room is only a warning."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=self._folder, prefix=FILE)
            with os.fdopen(handle, "wb") as file:
                keys = np.frombuffer("\n".join(vectors).encode(), np.uint8)
                stacked = np.stack(list(vectors.values())).astype(np.float16)
                np.savez(file, allow_pickle=False, keys=keys, vectors=stacked)
            os.replace(beside, self._folder / FILE)
        except OSError as error:
            _log.warning("vectors cannot be kept in %s (%s); check the folder", self._folder, error)


def _texts(documents: Sequence[Document]) -> Iterator[tuple[int, str]]:
    """(place of its document, text): what stands there, its translations, its sayings."""
    for place, document in enumerate(documents):
        sayings = document.get("sayings", ())
        if len(documents) <= MANY or sayings:
            for text in dict.fromkeys((document["text"], *document.get("also", ()), *sayings)):
                yield place, text


def _key(encoder: str, text: str) -> str:
    said = f"{encoder}\0{text}".encode(errors="surrogatepass")
    return hashlib.blake2b(said, digest_size=12).hexdigest()


def _names(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n")
