"""The corpus as arrays: tokens of every document, what each token sounds like, and postings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import common
from .fold import fold, is_han, split
from .hanzi import READINGS, Hanzi
from .pinyin import sound_of, spellings
from .postings import Floats, Postings, join, pack

Document = Mapping[str, Any]

# Three separators open the lines of a document, so that they are also marks of what the line is.
TEXT, SPEAKER, WORK = 0, 1, 2
FIRST_TOKEN = 3

# Kinds of feature, the topmost bits of its number.
TOKEN, PAIR, SKIP, SOUNDS, INITIALS = (kind << 40 for kind in range(5))
TOKEN_BITS = 18  # 262,144 different tokens; 100,000 quotes have 20,000
LETTER_BITS = 12

# Documents that general language counts for beside the corpus: with 35 quotes it decides which
# words are common, with 10,000 it hardly matters.
PRIOR = 300
RAREST = 7.5  # nats that one token can weigh: a typo is a word never seen, and no evidence at all


@dataclass(frozen=True)
class Corpus:
    ids: list[str]
    words: list[str]  # the vocabulary, sorted; words[:3] are the separators
    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]  # document d is tokens[starts[d]:starts[d + 1]]
    readings: NDArray[np.uint16]  # (words, READINGS): syllable numbers
    surprise: Floats  # -ln of the share of documents that hold a token, in nats
    sound_surprise: Floats  # the same by sound
    features: Postings
    spelling: Postings  # letter trigrams → words
    regional: Mapping[str, str]  # 软体 → 软件, for the words that the corpus has
    hanzi: Hanzi

    @cached_property
    def number(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words) if number >= FIRST_TOKEN}

    @cached_property
    def sound(self) -> NDArray[np.int64]:
        """The sound of each syllable, as the number of the first syllable that sounds so."""
        first: dict[str, int] = {"": 0}
        names = ["" if not name else sound_of(name) for name in self.hanzi.syllables]
        return np.array([first.setdefault(name, n) for n, name in enumerate(names)], np.int64)

    @cached_property
    def initial(self) -> NDArray[np.int64]:
        return np.array([ord(name[0]) if name else 0 for name in self.hanzi.syllables], np.int64)

    @cached_property
    def word_sounds(self) -> NDArray[np.int64]:
        return self.sound[self.readings]

    @cached_property
    def spellings(self) -> dict[str, int]:
        return spellings(self.hanzi.syllables)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def fold(self, text: str) -> str:
        return fold(text, self.hanzi.simplified)


def lines_of(document: Document) -> Iterable[tuple[int, str]]:
    """The searchable lines; `author` and `work` may hold several spellings, one a line."""
    yield TEXT, document["text"]
    for text in document.get("also", ()):
        yield TEXT, text
    for author in document.get("author", "").split("\n"):
        yield SPEAKER, author
    for work in document.get("work", "").split("\n"):
        yield WORK, work


def build_corpus(documents: Sequence[Document], hanzi: Hanzi) -> Corpus:
    from .regional import regional_words

    flat, starts, lines = [], [0], []
    for document in documents:
        for mark, text in lines_of(document):
            folded = fold(text, hanzi.simplified)
            lines.append(folded)
            flat.append(mark)
            flat.extend(split(folded))
        starts.append(len(flat))
    words = ["", "", "", *sorted({token for token in flat if isinstance(token, str)})]
    number: dict[Any, int] = {word: place for place, word in enumerate(words)}
    number.update({TEXT: TEXT, SPEAKER: SPEAKER, WORK: WORK})
    tokens = np.array([number[token] for token in flat] + [TEXT], np.int32)
    readings = np.zeros((len(words), READINGS), np.uint16)
    for place, word in enumerate(words[FIRST_TOKEN:], FIRST_TOKEN):
        some = hanzi.readings_of(word) if len(word) == 1 else ()
        readings[place, : len(some)] = some
    corpus = Corpus(
        ids=[document["id"] for document in documents],
        words=words,
        tokens=tokens,
        starts=np.array(starts, np.int64),
        readings=readings,
        surprise=np.zeros(0, np.float32),
        sound_surprise=np.zeros(0, np.float32),
        features=pack(np.zeros(0, np.int64), np.zeros(0, np.int32), 0),
        spelling=_spelling(words),
        regional=regional_words(lines, hanzi.simplified),
        hanzi=hanzi,
    )
    owner = np.repeat(np.arange(len(documents), dtype=np.int32), corpus.lengths)
    features = _features(corpus, owner)
    surprise, sound_surprise = _surprise(corpus, owner)
    from dataclasses import replace

    return replace(corpus, features=features, surprise=surprise, sound_surprise=sound_surprise)


def _spelling(words: Sequence[str]) -> Postings:
    pairs = [
        (feature, place)
        for place, word in enumerate(words)
        if place >= FIRST_TOKEN and not is_han(word)
        for feature in letter_trigrams(word)
    ]
    feature, place = np.array(pairs, np.int64).reshape(-1, 2).T
    return pack(feature.copy(), place.astype(np.int32), len(words))


def letter_trigrams(word: str) -> list[int]:
    codes = [1, *(ord(letter) % (1 << LETTER_BITS) for letter in word), 2]
    return [
        (a << 2 * LETTER_BITS) | (b << LETTER_BITS) | c
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False)
    ]


def pair(first: Any, second: Any) -> Any:
    return (first << TOKEN_BITS) | second


def triple(first: Any, second: Any, third: Any) -> Any:
    return (first << 16) | (second << 8) | third


def _features(corpus: Corpus, owner: NDArray[np.int32]) -> Postings:
    token = corpus.tokens[:-1].astype(np.int64)
    sounds, size = corpus.word_sounds[token], len(corpus.ids)
    initial = corpus.initial[corpus.readings[token, 0]]
    real = token >= FIRST_TOKEN
    near, far = real[:-1] & real[1:], real[:-2] & real[1:-1] & real[2:]

    def packed(feature: Any, keep: Any) -> Postings:
        return pack(feature[keep], owner[: len(keep)][keep], size)

    heard = initial[:-2] * initial[1:-1] * initial[2:] > 0
    return join(
        [
            packed(TOKEN | token, real),
            packed(PAIR | pair(token[:-1], token[1:]), near),
            packed(SKIP | pair(token[:-2], token[2:]), far),
            _sound_pairs(sounds, owner, size),
            packed(INITIALS | triple(initial[:-2], initial[1:-1], initial[2:]), heard & far),
        ]
    )


def _sound_pairs(sounds: NDArray[np.int64], owner: NDArray[np.int32], size: int) -> Postings:
    """Usual reading with usual reading, and every other reading with the neighbour's usual one."""
    left, right = sounds[:-1], sounds[1:]
    features, owners = [], []
    for i, j in [(0, 0)] + [(i, 0) for i in range(1, READINGS)] + [(0, j) for j in range(1, READINGS)]:
        keep = (left[:, i] > 0) & (right[:, j] > 0)
        features.append(SOUNDS | pair(left[keep, i], right[keep, j]))
        owners.append(owner[:-1][keep])
    return pack(np.concatenate(features), np.concatenate(owners), size)


def _surprise(corpus: Corpus, owner: NDArray[np.int32]) -> tuple[Floats, Floats]:
    size = len(corpus.ids)
    token = corpus.tokens[:-1].astype(np.int64)
    by_word = _document_counts(token, owner, len(corpus.words))
    prior = np.array([_share(word) for word in corpus.words])
    sounds = corpus.word_sounds[:, 0]
    by_sound = _document_counts(sounds[token], owner, len(corpus.sound))
    usual = np.full(len(corpus.sound), 0.01)
    for rank, character in enumerate(common.HAN):
        some = corpus.hanzi.readings_of(character)
        if some:
            usual[corpus.sound[some[0]]] += _zipf(rank, common.HAN_SHARE, common.HAN_SHIFT)
    return _nats(by_word, prior, size), _nats(by_sound, usual, size)


def _nats(count: NDArray[np.int64], prior: NDArray[np.float64], size: int) -> Floats:
    share = (count + PRIOR * prior) / (size + PRIOR)
    return np.minimum(-np.log(np.minimum(share, 0.7)), RAREST).astype(np.float32)


def _document_counts(token: NDArray[np.int64], owner: NDArray[np.int32], size: int) -> Any:
    both = np.unique(token * (int(owner[-1]) + 1 if len(owner) else 1) + owner)
    return np.bincount(both // (int(owner[-1]) + 1), minlength=size)


_RANK_ENGLISH = {word: rank for rank, word in reversed(list(enumerate(common.ENGLISH)))}
_RANK_HAN = {character: rank for rank, character in reversed(list(enumerate(common.HAN)))}


def _zipf(rank: int, share: float, shift: float) -> float:
    return share / (rank + 1 + shift)


def _share(word: str) -> float:
    if word in _RANK_ENGLISH:
        return _zipf(_RANK_ENGLISH[word], common.ENGLISH_SHARE, common.ENGLISH_SHIFT)
    if word in _RANK_HAN:
        return _zipf(_RANK_HAN[word], common.HAN_SHARE, common.HAN_SHIFT)
    return common.RARE_HAN if word and is_han(word) else common.RARE_WORD
