"""Building the corpus from documents."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.library.search import common
from bot.library.search.corpus import (
    FIRST_TOKEN,
    INITIALS,
    PAIR,
    PRIOR,
    RAREST,
    SKIP,
    SOUNDS,
    TEXT,
    TOKEN,
    Corpus,
    Document,
    initials_of,
    letter_trigrams,
    lines_of,
    pair,
    sounds_of,
    triple,
)
from bot.library.search.fold import fold, has_han, is_han, split
from bot.library.search.hanzi import READINGS, Hanzi
from bot.library.search.postings import Floats, Ints, Postings, join, pack
from bot.library.search.regional import regional_words

Int32s = NDArray[np.int32]


def build_corpus(documents: Sequence[Document], hanzi: Hanzi) -> Corpus:
    words, tokens, starts, chinese = tokenised(documents, hanzi)
    owner = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(starts))
    readings = readings_of_words(words, hanzi)
    sounds = sounds_of(hanzi).astype(np.int32)[readings]
    initials = initials_of(hanzi).astype(np.int32)[readings[:, 0]]
    features = features_of_documents(tokens[:-1], sounds, initials, owner, len(documents))
    return Corpus(
        ids=[document["id"] for document in documents],
        words=words,
        tokens=tokens,
        starts=starts,
        readings=readings,
        surprise=surprise_of_words(words, features, len(documents)),
        sound_surprise=surprise_of_sounds(
            readings[:, 0][tokens[:-1]], owner, len(documents), hanzi
        ),
        features=features,
        spelling=spelling_of_words(words),
        regional=regional_words(chinese, hanzi.simplified),
        hanzi=hanzi,
        marks=marks_of(documents),
    )


def marks_of(documents: Sequence[Document]) -> NDArray[np.uint64]:
    """A hash of all that is searchable of each document."""
    marks = (
        blake2b(
            "\x1f".join(
                (document["id"], *(f"{m} {line}" for m, line in lines_of(document)))
            ).encode(errors="surrogatepass"),
            digest_size=8,
        ).digest()
        for document in documents
    )
    return np.frombuffer(b"".join(marks), np.uint64)


def tokenised(
    documents: Sequence[Document], hanzi: Hanzi
) -> tuple[list[str], Int32s, Ints, list[str]]:
    """The vocabulary, all tokens as its numbers, where documents start, and the Chinese lines."""
    seen: dict[str, int] = {}
    flat, starts, chinese = array("i"), [0], []
    for document in documents:
        for mark, text in lines_of(document):
            folded = fold(text, hanzi.simplified)
            if has_han(folded):
                chinese.append(folded)
            flat.append(mark)
            flat.extend([seen.setdefault(t, FIRST_TOKEN + len(seen)) for t in split(folded)])
        starts.append(len(flat))
    flat.append(TEXT)
    words = sorted(seen)
    places = np.arange(FIRST_TOKEN + len(seen), dtype=np.int32)
    places[[seen[word] for word in words]] = np.arange(FIRST_TOKEN, len(places))
    tokens = places[np.frombuffer(flat, np.int32)]
    return [*[""] * FIRST_TOKEN, *words], tokens, np.array(starts, np.int64), chinese


def readings_of_words(words: Sequence[str], hanzi: Hanzi) -> NDArray[np.uint16]:
    """Up to three syllables for each Chinese character of the vocabulary."""
    readings = np.zeros((len(words), READINGS), np.uint16)
    for place, word in enumerate(words):
        some = hanzi.readings_of(word) if len(word) == 1 else ()
        readings[place, : len(some)] = some
    return readings


def features_of_documents(
    tokens: Int32s, sounds: Int32s, initials: Int32s, owner: Int32s, size: int
) -> Postings:
    """All features of all documents, one kind after another."""
    token, initial = tokens.astype(np.int64), initials[tokens].astype(np.int64)
    real = tokens >= FIRST_TOKEN
    two, three = real[:-1] & real[1:], real[:-2] & real[1:-1] & real[2:]

    def packed(feature: Ints, keep: NDArray[np.bool_]) -> Postings:
        return pack(feature[keep], owner[: len(keep)][keep], size)

    spoken = three & (initial[:-2] > 0) & (initial[1:-1] > 0) & (initial[2:] > 0)
    parts = [
        packed(TOKEN | token, real),
        packed(PAIR | pair(token[:-1], token[1:]), two),
        packed(SKIP | pair(token[:-2], token[2:]), three),
        _sound_pairs(sounds[tokens], owner, size),
        packed(INITIALS | triple(initial[:-2], initial[1:-1], initial[2:]), spoken),
    ]
    return join([part for part in parts if len(part.keys)], size)


def _sound_pairs(sounds: Int32s, owner: Int32s, size: int) -> Postings:
    """Usual reading with usual reading, and every other reading with its neighbour's usual one."""
    others = range(1, READINGS)
    features, owners = [], []
    for i, j in ((0, 0), *((i, 0) for i in others), *((0, j) for j in others)):
        left, right = sounds[:-1, i], sounds[1:, j]
        keep = (left > 0) & (right > 0)
        features.append(SOUNDS | pair(left[keep].astype(np.int64), right[keep]))
        owners.append(owner[:-1][keep])
    return pack(np.concatenate(features), np.concatenate(owners), size)


def spelling_of_words(words: Sequence[str]) -> Postings:
    """Which words hold three letters in a row."""
    features, places = array("q"), array("i")
    for place, word in enumerate(words[FIRST_TOKEN:], FIRST_TOKEN):
        if not is_han(word):
            trigrams = letter_trigrams(word)
            features.extend(trigrams)
            places.extend([place] * len(trigrams))
    return pack(np.array(features, np.int64), np.array(places, np.int32), len(words))


def surprise_of_words(words: Sequence[str], features: Postings, size: int) -> Floats:
    """How much each word tells: the fewer documents hold it, the more."""
    usual = np.array([common.share(word) for word in words])
    count = np.zeros(len(words), np.int64)
    tokens = np.searchsorted(features.keys, PAIR)  # those of single tokens stand first
    count[features.keys[:tokens]] = np.diff(features.offsets)[:tokens]
    return _nats(count, usual, size)


def surprise_of_sounds(
    syllables: NDArray[np.uint16], owner: Int32s, size: int, hanzi: Hanzi
) -> Floats:
    """The same of each syllable."""
    usual = np.full(len(hanzi.syllables), common.RARE_SOUND)
    for character in common.HAN:
        for syllable in hanzi.readings_of(character)[:1]:
            usual[syllable] += common.share(character)
    return _nats(_documents_with(syllables, owner, len(usual), size), usual, size)


def _documents_with(tokens: NDArray[Any], owner: Int32s, kinds: int, size: int) -> Ints:
    """Per kind of token, the number of documents that hold it. A table of 400 kinds is filled in a
    hundredth of the time in which numpy makes pairs unique."""
    held = np.zeros((size, kinds), np.bool_)
    held[owner, tokens] = True
    count: Ints = held.sum(axis=0, dtype=np.int64)
    return count


def _nats(count: Ints, usual: Any, size: int) -> Floats:
    share = (count + PRIOR * usual) / (size + PRIOR)
    nats: Floats = np.minimum(-np.log(np.minimum(share, common.MOST)), RAREST).astype(np.float32)
    return nats
