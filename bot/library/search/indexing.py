"""Building the corpus from documents."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.library.search import common
from bot.library.search.corpus import (
    FIRST_TOKEN,
    INITIALS,
    KIND_BITS,
    PAIR,
    PRIOR,
    RAREST,
    SKIP,
    SOUNDS,
    TEXT,
    TOKEN,
    TOKEN_BITS,
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
from bot.library.search.postings import Floats, Ints, Postings, changed, join, pack
from bot.library.search.regional import regional_words

Int32s = NDArray[np.int32]


MOST_CHANGED = 0.2
"""Share of documents up to which a corpus is changed rather than built: beyond, building is as
quick."""


def build_corpus(documents: Sequence[Document], hanzi: Hanzi) -> Corpus:
    words, tokens, starts, chinese = _tokenised(documents, hanzi)
    owner = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(starts))
    readings = _readings(words, hanzi)
    sounds = sounds_of(hanzi).astype(np.int32)[readings]
    initials = initials_of(hanzi).astype(np.int32)[readings[:, 0]]
    features = _features(tokens[:-1], sounds, initials, owner, len(documents))
    return Corpus(
        ids=[document["id"] for document in documents],
        words=words,
        tokens=tokens,
        starts=starts,
        readings=readings,
        surprise=_surprise(words, features, len(documents)),
        sound_surprise=_sound_surprise(readings[:, 0][tokens[:-1]], owner, len(documents), hanzi),
        features=features,
        spelling=_spelling(words),
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


def change_corpus(old: Corpus, documents: Sequence[Document]) -> Corpus:
    """What `build_corpus` makes of these documents, but with the work of those that `old` lacks.

    Only words of other regions are kept though nobody says them any more, which finds nothing."""
    places = {mark: place for place, mark in enumerate(old.marks.tolist())}
    source = _rising(places.get(mark, -1) for mark in marks_of(documents).tolist())
    came = [document for document, place in zip(documents, source, strict=True) if place < 0]
    if len(came) > MOST_CHANGED * len(documents) or not old.ids:
        return build_corpus(documents, old.hanzi)
    made = _changed(old, [document["id"] for document in documents], source, came)
    lines = [fold(text, old.hanzi.simplified) for one in came for _, text in lines_of(one)]
    more = regional_words(filter(has_han, lines), old.hanzi.simplified)
    return replace(made, regional={**more, **old.regional})


def change_entries(old: Corpus, ids: Sequence[str], came: Mapping[str, Document]) -> Corpus | None:
    """The same, when it is known which documents are others: `came` by id, out of all the `ids`.
    None when that is too little to know.

    For a bot that goes on running: how other regions say the words that came is looked up at its
    next start, since OpenCC's tables for it take 60 MB."""
    places = {name: place for place, name in enumerate(old.ids)}
    source = _rising(-1 if name in came else places.get(name, -1) for name in ids)
    new = [name for name, place in zip(ids, source, strict=True) if place < 0]
    if len(new) > MOST_CHANGED * len(ids) or not old.ids or not came.keys() >= set(new):
        return None
    return _changed(old, ids, source, [came[name] for name in new])


def _changed(
    old: Corpus, ids: Sequence[str], source: Sequence[int], came: Sequence[Document]
) -> Corpus:
    hanzi, size = old.hanzi, len(ids)
    new_words, new_tokens, new_starts, _ = _tokenised(came, hanzi)
    words, from_old, from_new = _merged(old, source, new_words)
    rows = iter(np.split(from_new[new_tokens[:-1]], new_starts[1:-1]) if came else ())
    pieces = [
        from_old[old.tokens[old.starts[place] : old.starts[place + 1]]]
        if place >= 0
        else next(rows)
        for place in source
    ]
    starts = np.append(0, np.cumsum([len(piece) for piece in pieces])).astype(np.int64)
    tokens = np.concatenate([*pieces, [TEXT]]).astype(np.int32)
    owner = np.repeat(np.arange(size, dtype=np.int32), np.diff(starts))
    readings = _readings(words, hanzi)
    sounds = sounds_of(hanzi).astype(np.int32)[readings]
    initials = initials_of(hanzi).astype(np.int32)[readings[:, 0]]
    places = np.array(source, np.int64)
    fresh = (places < 0)[owner]
    fresh_features = _features(
        from_new[new_tokens[:-1]].astype(np.int32), sounds, initials, owner[fresh], size
    )
    numbers = np.full(len(old.ids), -1, np.int64)
    numbers[places[places >= 0]] = np.flatnonzero(places >= 0)
    marks = np.zeros(size, np.uint64)
    marks[places >= 0] = old.marks[places[places >= 0]]
    marks[places < 0] = marks_of(came)
    features = changed(old.features, numbers, _renamed(old.features.keys, from_old), fresh_features)
    return Corpus(
        ids=list(ids),
        words=words,
        tokens=tokens,
        starts=starts,
        readings=readings,
        surprise=_surprise(words, features, size),
        sound_surprise=_sound_surprise(readings[:, 0][tokens[:-1]], owner, size, hanzi),
        features=features,
        spelling=_spelling(words) if words != old.words else old.spelling,
        regional=old.regional,
        hanzi=hanzi,
        marks=marks,
    )


def _rising(places: Iterable[int]) -> list[int]:
    """Places of old documents, -1 for none: what has moved before others is as good as new."""
    source, last = [], -1
    for place in places:
        source.append(place if place > last else -1)
        last = max(last, place)
    return source


def _merged(
    old: Corpus, source: Sequence[int], new_words: Sequence[str]
) -> tuple[list[str], Ints, Ints]:
    """The vocabulary of what stays and what came; what the old and new numbers are called in it."""
    used = np.bincount(old.tokens[:-1], minlength=len(old.words))
    stays = set(source)
    for place in range(len(old.ids)):
        if place not in stays:
            gone = old.tokens[old.starts[place] : old.starts[place + 1]]
            used -= np.bincount(gone, minlength=len(old.words))
    kept = [word for n, word in enumerate(old.words) if n >= FIRST_TOKEN and used[n]]
    words = [*[""] * FIRST_TOKEN, *sorted({*kept, *new_words[FIRST_TOKEN:]})]
    number = {word: n for n, word in enumerate(words) if n >= FIRST_TOKEN}
    named = (
        np.array([*range(FIRST_TOKEN), *(number.get(word, 0) for word in some[FIRST_TOKEN:])])
        for some in (old.words, new_words)
    )
    from_old, from_new = named
    return words, from_old, from_new


def _renamed(keys: Ints, named: Ints) -> Ints:
    """Features of tokens under the tokens' new numbers; sounds and initials are called as ever."""
    low, high = (1 << TOKEN_BITS) - 1, (1 << KIND_BITS) - 1
    kind, rest = keys >> KIND_BITS, keys & high
    second = named[np.minimum(rest & low, len(named) - 1)]
    first = named[np.minimum(rest >> TOKEN_BITS, len(named) - 1)]
    one = (kind << KIND_BITS) | second
    two = (kind << KIND_BITS) | (first << TOKEN_BITS) | second
    renamed: Ints = np.where(
        kind == TOKEN >> KIND_BITS, one, np.where(kind <= SKIP >> KIND_BITS, two, keys)
    )
    return renamed


def _tokenised(
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


def _readings(words: Sequence[str], hanzi: Hanzi) -> NDArray[np.uint16]:
    readings = np.zeros((len(words), READINGS), np.uint16)
    for place, word in enumerate(words):
        some = hanzi.readings_of(word) if len(word) == 1 else ()
        readings[place, : len(some)] = some
    return readings


def _features(
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


def _spelling(words: Sequence[str]) -> Postings:
    features, places = array("q"), array("i")
    for place, word in enumerate(words[FIRST_TOKEN:], FIRST_TOKEN):
        if not is_han(word):
            trigrams = letter_trigrams(word)
            features.extend(trigrams)
            places.extend([place] * len(trigrams))
    return pack(np.array(features, np.int64), np.array(places, np.int32), len(words))


def _surprise(words: Sequence[str], features: Postings, size: int) -> Floats:
    usual = np.array([common.share(word) for word in words])
    count = np.zeros(len(words), np.int64)
    tokens = np.searchsorted(features.keys, PAIR)  # those of single tokens stand first
    count[features.keys[:tokens]] = np.diff(features.offsets)[:tokens]
    return _nats(count, usual, size)


def _sound_surprise(
    syllables: NDArray[np.uint16], owner: Int32s, size: int, hanzi: Hanzi
) -> Floats:
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
