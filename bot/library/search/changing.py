"""A corpus after an edit, made with the work of the one before: equal to one that is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from bot.library.search.corpus import (
    FIRST_TOKEN,
    KIND_BITS,
    SKIP,
    TEXT,
    TOKEN,
    TOKEN_BITS,
    Corpus,
    Document,
    initials_of,
    lines_of,
    sounds_of,
)
from bot.library.search.fold import fold, has_han
from bot.library.search.indexing import (
    build_corpus,
    features_of_documents,
    marks_of,
    readings_of_words,
    spelling_of_words,
    surprise_of_sounds,
    surprise_of_words,
    tokenised,
)
from bot.library.search.postings import Ints, changed
from bot.library.search.regional import regional_words

MOST_CHANGED = 0.2
"""Share of documents up to which a corpus is changed rather than built: beyond, building is as
quick."""


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
    new_words, new_tokens, new_starts, _ = tokenised(came, hanzi)
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
    readings = readings_of_words(words, hanzi)
    sounds = sounds_of(hanzi).astype(np.int32)[readings]
    initials = initials_of(hanzi).astype(np.int32)[readings[:, 0]]
    places = np.array(source, np.int64)
    fresh = (places < 0)[owner]
    fresh_features = features_of_documents(
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
        surprise=surprise_of_words(words, features, size),
        sound_surprise=surprise_of_sounds(readings[:, 0][tokens[:-1]], owner, size, hanzi),
        features=features,
        spelling=spelling_of_words(words) if words != old.words else old.spelling,
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
