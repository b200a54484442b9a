"""The content that ships: complete, correct by every rule, and small enough for every platform."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.app.services import read_words
from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Reply
from bot.core.words import Voice
from bot.library.cards import article_blocks, quote_blocks
from bot.library.check import check
from bot.library.library import Library
from bot.library.load import load
from bot.library.models.entries import Article
from bot.library.models.fields import Unit
from bot.library.spam import spam_in
from bot.library.yaml.parse import parse_yaml
from bot.library.yaml.validate import validate

CONTENT = Path(__file__).parents[1] / "content"
README = (CONTENT / "README.md").read_text(encoding="utf-8")
TELEGRAM = 4096
ONE = (Language.EN, Language.HANS, Language.HANT)


@pytest.fixture(scope="module")
def library() -> Library:
    return load(CONTENT)


def test_every_rule_holds() -> None:
    assert [str(problem) for problem in check(CONTENT, Language.EN, today=date(2026, 11, 27))] == []


def test_there_is_enough_to_serve(library: Library) -> None:
    assert len(library.articles) >= 5
    assert len(library.topics) >= 14
    assert len(library.quotes) >= 26


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("996", "overwork"),
        ("007", "overwork"),
        ("layoffs", "layoffs"),
        ("裁员", "layoffs"),
        ("裁員", "layoffs"),
        ("job cuts", "layoffs"),
        ("talent wars", "talent-wars"),
        ("H1B", "visas"),
    ],
)
def test_what_people_type_finds_the_topic(library: Library, words: str, slug: str) -> None:
    topic = library.topic_of(words)
    assert topic is not None
    assert topic.slug == slug


@pytest.mark.parametrize("language", ONE)
def test_every_card_fits_one_telegram_message(library: Library, language: Language) -> None:
    voice = Voice(read_words(), language)
    cards = [article_blocks(article, voice) for article in library.articles.values()]
    cards += [quote_blocks(q, library.article_of(q), voice) for q in library.quotes.values()]
    texts = [text_of(Reply(card)) for card in cards]
    assert all(len(text) <= TELEGRAM for text in texts)
    assert not any(spam_in(text) for text in texts)


def test_every_id_fits_buttons_and_deep_links(library: Library) -> None:
    for id_ in (*library.articles, *library.quotes):
        assert len(f"article {id_} p99".encode()) <= 64
        assert len(f"article_{id_}") <= 64


@pytest.mark.parametrize("template", re.findall(r"```yaml\n(.*?)```", README, re.DOTALL))
def test_the_templates_of_the_readme_are_valid(template: str) -> None:
    tree, findings = parse_yaml("README.md", template)
    assert tree is not None
    assert isinstance(tree.data, dict)
    assert findings == []
    entry = {**tree.data, "key_points": tree.data["key_points"] * 5}
    assert validate(Article, tree.root, entry)[1] == []


def test_the_readme_lists_every_unit_in_both_languages() -> None:
    for unit in Unit:
        assert README.count(f"`{unit}`") == 2
