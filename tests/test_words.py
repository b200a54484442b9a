"""The bot's sentences: the same in both files, all used, none missing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.app.alerts import Alert
from bot.app.doctor import Trouble
from bot.app.services import read_words
from bot.commands.all import make_registry
from bot.core.chats import DeliveryState
from bot.core.language import Language
from bot.core.text import han, is_chinese
from bot.core.workdays import COUNTRIES
from bot.editor.desk.decide import DeskAct, NotDone
from bot.editor.desk.fields import NAMES
from bot.library.models.fields import Bound, PublicationStatus, Unit

ROOT = Path(__file__).parents[1]

DYNAMIC: dict[str, Sequence[str]] = {
    "command.": [spec.verb for spec in make_registry().specs],
    "delivery.": list(DeliveryState),
    "day.": [str(day) for day in range(7)],
    "unit.": list(Unit),
    "bound.": list(Bound),
    "slack.oauth.": [
        f"{page}{part}"
        for page in ("install", "done", "stale", "cancelled", "organisation", "refused", "away")
        for part in ("", "_title")
    ] + ["add", "open", "again"],
    "form.": ["language", "digest", "time", "days", "cadence", "zone", "topics", "silent", "only",
              "holidays", "reactions", "on", "off", "daily", "weekly"],
    "country.": list(COUNTRIES),
    "doctor.": [f"{one}{part}" for one in Trouble for part in ("", "_fix")],
    "alert.": [f"{one}{part}" for one in Alert for part in ("", "_over")] + ["test", "last"],
    "desk.": [
        *(f"field.{name}" for name in NAMES), *(f"state.{one}" for one in PublicationStatus),
        *(f"done.{act}" for act in (*DeskAct, "undo")), *(f"not.{one}" for one in NotDone),
    ],
    "why.": ["new", "liked", "own", "neighbour", "again", "all"],
}  # fmt: skip
"""Keys whose end is data: the prefix, and every end."""

OPTIONAL = "help."
"""`help.<verb>` says more about a command where there is more to say."""

NO_KEYS = (".json", ".yaml", ".id")
"""Ends of file names and database columns that look like keys."""

_KEY = re.compile(r"[a-z]+\.[a-z_]+")


@cache
def table(language: str) -> dict[str, str]:
    text = (ROOT / "config" / f"words.{language}.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)
    return found


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", sentence))


@cache
def in_code() -> frozenset[str]:
    """Every text constant under bot/ that looks like a key."""
    return frozenset(key for path in (ROOT / "bot").rglob("*.py") for key in _constants(path))


def _constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _KEY.fullmatch(node.value)
        ):
            yield node.value


def test_both_files_have_the_same_keys_in_the_same_order() -> None:
    assert list(table("en")) == list(table("zh-Hans"))


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_a_sentence_has_the_same_placeholders_in_every_language(language: str) -> None:
    for key, sentence in table(language).items():
        assert placeholders(sentence) == placeholders(table("en")[key]), key


def test_no_key_stands_twice_in_a_file() -> None:
    for language in ("en", "zh-Hans", "zh-Hant"):
        text = (ROOT / "config" / f"words.{language}.yaml").read_text(encoding="utf-8")
        keys = re.findall(r"^([a-z_.0-9]+):", text, re.MULTILINE)
        assert len(keys) == len(set(keys))


def test_traditional_overrides_differ_from_what_would_be_derived() -> None:
    derived = read_words()
    beyond_the_menu = {k: v for k, v in table("zh-Hant").items() if not k.startswith("command.")}
    for key, sentence in beyond_the_menu.items():
        assert sentence != derived.to_hant(table("zh-Hans")[key]), f"{key} needs no override"


def test_every_sentence_that_the_code_says_is_written() -> None:
    sections = {key.partition(".")[0] for key in table("en")}
    said = {key for key in in_code() if key.partition(".")[0] in sections}
    assert {key for key in said if not key.endswith(NO_KEYS)} - set(table("en")) == set()
    for prefix, ends in DYNAMIC.items():
        assert {f"{prefix}{end}" for end in ends} <= set(table("en"))


def test_every_sentence_that_is_written_is_said() -> None:
    dynamic = {f"{prefix}{end}" for prefix, ends in DYNAMIC.items() for end in ends}
    helps = {f"{OPTIONAL}{spec.verb}" for spec in make_registry().specs}
    assert set(table("en")) - in_code() - dynamic - helps == set()


def test_no_sentence_speaks_the_other_language() -> None:
    for key, sentence in table("en").items():
        assert not is_chinese(sentence), key
    for language in ("zh-Hans", "zh-Hant"):
        for key, sentence in table(language).items():
            told = re.sub(r"\{[^}]*\}", "", sentence)
            assert han(told) or not re.search("[a-z]{3}", told) or key == "about.title", key


def test_chinese_sentences_have_chinese_punctuation() -> None:
    for language in ("zh-Hans", "zh-Hant"):
        for key, sentence in table(language).items():
            assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;?!()][\u4e00-\u9fff]", sentence), key


def test_every_sentence_can_be_said_in_every_language() -> None:
    spoken = read_words()
    for key, sentence in table("en").items():
        values = dict.fromkeys(placeholders(sentence), "1")
        for language in Language:
            text = spoken.say(key, language, **values)
            assert text.strip() or key.endswith(("comma", "joint"))
            assert "{" not in text
            assert "".join(s.text for s in spoken.spans(key, language, **values)) == text


def test_the_menu_in_every_language_needs_no_conversion() -> None:
    """OpenCC's dictionaries take 43 MB and 80 ms, and a start needs no more than the menu."""
    code = (
        "import sys; from bot.app.services import read_words; "
        "from bot.commands.all import make_registry; "
        "assert make_registry().menu(read_words()); sys.exit('opencc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
