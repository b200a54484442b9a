"""The door itself: what is a command, what is not, and what everybody sees when it goes wrong."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.commands.all import make_registry
from bot.commands.handler import AnsweredCommand, Handler
from bot.commands.registry import Registry, Spec
from bot.commands.request import Request
from bot.core.command_line import MAX_TYPED, CommandLine
from bot.core.language import Language
from bot.core.plain_text import text_of
from bot.core.reply import Outcome, Reply
from bot.core.trace import traced
from tests.commands.desk import Desk, grammar, lines

REGISTRY = make_registry()
NAMES = [(spec, name) for spec in REGISTRY.specs for name in (spec.verb, *spec.aliases)]
EXAMPLES = [
    pytest.param(line, language, id=line)
    for spec in REGISTRY.specs
    for pair in spec.examples
    for line, language in zip(pair, ("en", "zh-Hans"), strict=True)
]


@pytest.mark.parametrize(("line", "language"), EXAMPLES)
async def test_every_example_works_as_it_stands(ask: Desk, line: str, language: str) -> None:
    prepare = {"unsubscribe": "subscribe layoffs", "digest": "digest on",
               "privacy": "digest on"}  # fmt: skip
    resolved = REGISTRY.resolve(CommandLine(*line.partition(" ")[::2]))
    assert resolved
    if before := prepare.get(resolved[0].verb):
        await ask(before)
    reply = await ask(line, language=language)
    assert reply.outcome is Outcome.ANSWERED, text_of(reply)


@pytest.mark.parametrize(("spec", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_name_means_its_command_in_both_scripts(ask: Desk, spec: Spec, name: str) -> None:
    for written in (name, ask.services.words.to_hant(name)):
        found = REGISTRY.resolve(CommandLine(written))
        assert found, written
        assert found[0] is spec


def test_examples_read_in_traditional_characters_work_too(ask: Desk) -> None:
    for spec in REGISTRY.specs:
        for _, chinese in spec.examples:
            line = CommandLine(*ask.services.words.to_hant(chinese).partition(" ")[::2])
            found = REGISTRY.resolve(line)
            assert found
            assert found[0] is spec


def test_two_commands_with_one_name_are_refused_at_start() -> None:
    spec = REGISTRY.specs[0]
    with pytest.raises(ValueError, match="names both"):
        Registry((spec, replace(spec, verb="other")))


def test_the_menu_fits_telegram_and_speaks_every_language(ask: Desk) -> None:
    menu = REGISTRY.menu(ask.services.words)
    assert [item.verb for item in menu] == [spec.verb for spec in REGISTRY.specs if spec.listed]
    for item in menu:
        assert item.verb.isascii()
        assert item.verb.isalpha()
        assert set(item.summary) == set(Language)
        assert all(3 <= len(text) <= 256 for text in item.summary.values())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quot 996", "quote 996"),
        ("qoute 996", "quote 996"),
        ("subscrib layoffs", "subscribe layoffs"),
        ("topcis", "topics"),
        ("/quot", "quote"),
        ("setings", "settings"),
        ("stauts", "status"),
        ("serach layoffs", "search layoffs"),
        ("unsubscibe all", "unsubscribe all"),
        ("privcy", "privacy"),
        ("hlep", "help"),
        ("digets", "digest"),
    ],
)
async def test_a_misspelt_command_is_answered_with_the_nearest(
    ask: Desk, typed: str, meant: str
) -> None:
    reply = await ask(typed)
    assert reply.outcome is Outcome.REFUSED
    assert "I don't know the command" in text_of(reply)
    assert lines(reply)[0] == meant
    assert meant in text_of(reply)


async def test_a_slash_that_is_like_nothing_leads_to_help(ask: Desk) -> None:
    reply = await ask("/frobnicate")
    assert lines(reply) == ["help"]


async def test_help_shows_every_command_with_a_line_that_works(ask: Desk) -> None:
    text = await ask.say("help")
    for spec in REGISTRY.specs:
        summary = ask.services.words.say(spec.summary_key, Language.EN)
        assert (f"\n{summary}\n" in text) is spec.listed
    assert "help digest" in text


@pytest.mark.parametrize("name", [spec.verb for spec in REGISTRY.specs])
async def test_help_on_a_command_shows_its_examples_and_names(ask: Desk, name: str) -> None:
    found = REGISTRY.resolve(CommandLine(name))
    assert found
    text = await ask.say(f"help {name}")
    assert all(english in text for english, _ in found[0].examples)
    assert all(alias in text for alias in found[0].aliases)
    chinese = await ask.say(f"帮助 {name}", language="zh-Hant")
    assert all(ask.services.words.to_hant(zh) in chinese for _, zh in found[0].examples)


async def test_help_on_what_is_no_command_suggests_one(ask: Desk) -> None:
    assert lines(await ask("help digset")) == ["help digest"]
    assert lines(await ask("help xyzzy")) == ["help"]
    assert await ask.say("help /语录") == await ask.say("help quote")


async def test_start_and_about_say_what_this_is(ask: Desk) -> None:
    start = await ask("start")
    assert "996, burnout, layoffs" in text_of(start)
    for line in lines(start):
        assert (await ask(line)).outcome is Outcome.ANSWERED
    about = await ask.say("about")
    assert f"{len(ask.library.quotes)} quotes" in about
    assert f"{len(ask.library.articles)} articles" in about
    assert f"{len(ask.library.topics)} topics" in about


# --- what people and scripts paste


@pytest.mark.parametrize("typed", ["", "   ", "\n\n", "/", "\u200b\u202e", "\x00\x1b", "\ud800"])
async def test_an_empty_line_is_answered_with_something_to_type(ask: Desk, typed: str) -> None:
    reply = await ask(typed)
    assert text_of(reply) == "Say what you are looking for, for example: quote 996\nhelp"
    assert "语录 996" in await ask.say(typed, language="zh-Hans")


async def test_a_line_of_500_characters_is_read_and_one_more_is_not(ask: Desk) -> None:
    fits = "quote " + "加" * (MAX_TYPED - 6)
    assert "longer than 500" not in await ask.say(fits)
    for typed in (fits + "加", "x" * 5_000_000):
        reply = await ask(typed)
        assert reply.outcome is Outcome.REFUSED
        assert text_of(reply).startswith("That is longer than 500 characters; send the part")


@pytest.mark.parametrize(
    "typed",
    [
        "quote <!channel> *x* <b>",
        "quote 🤯🤯🤯",
        "😀",
        "👩‍👩‍👧‍👦",
        "quote \u202egnitirw",
        "\u0301" * 200,
        "quote " + "\u0336" * 400,
        "quote \ud83d",
        "quote \x00\x07 996 \x1b[31m",
        "[bold]x[/bold]",
        "quote [red]",
        "quote {name} %s {0.__class__}",
        "quote '; DROP TABLE chat;--",
        "!!!",
        "？？？",
        "search ...",
        "subscribe <b>",
        "digest on <b>",
        "settings <b>=1",
        "article \u2066x\u2069",
        "report <b> x",
        "help <b>",
        "channel @<b>",
        "unsubscribe @@",
        "/@",
        "quote p",
        "p2",
        "p0",
        "quote 996 p2 p3",
        "9" * 500,
        "ﷺ" * 100,
        "quote ＜ｂ＞",
        "\ufeffquote",
        "settings =",
        "settings ==",
        "digest on @",
        "settings time==",
        "privacy @here",
        "topics ;;;",
        "subscribe ,,,",
        "订阅 、",
    ],
    ids=ascii,
)
async def test_whatever_is_pasted_gets_an_answer(ask: Desk, typed: str) -> None:
    reply = await ask(typed, language="both")
    assert reply.outcome is not Outcome.BROKEN
    text = text_of(reply)
    assert text
    text.encode()
    assert not set(text) & set("\x00\x07\x1b\u202e\u2066\u2069")
    assert lines(reply) or reply.outcome is not Outcome.NOTHING_FOUND


async def test_what_was_typed_comes_back_as_it_is_and_as_text(ask: Desk) -> None:
    assert "Nothing found for <!channel> *x* <b>." in await ask.say("quote <!channel> *x* <b>")


async def test_invisible_characters_do_not_hide_a_command(ask: Desk) -> None:
    assert await ask.say("\ufeffquo\u200bte 9\u200b96\u202e") == await ask.say("quote 996")


# --- when something of ours breaks


async def break_down(request: Request) -> Reply:
    raise RuntimeError("the disk is full of secrets")


async def test_what_breaks_becomes_a_number_for_the_person_and_a_record_for_us(
    ask: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    count_answer: list[AnsweredCommand] = []
    numbers: list[object] = []
    registry = Registry((Spec("quote", break_down),))
    handler = Handler(ask.services, registry, grammar(), count_answer.append)

    def note(record: logging.LogRecord) -> bool:
        numbers.append(traced().get("incident"))
        return True

    caplog.handler.addFilter(note)
    with caplog.at_level(logging.ERROR):
        reply = await replace(ask, handler=handler)("quote my private words")
    text = text_of(reply)
    assert reply.outcome is Outcome.BROKEN
    assert "Something broke on our side (incident " in text
    assert "secrets" not in text
    assert numbers == [text.partition("incident ")[2][:4]]
    assert "private words" not in caplog.text
    assert [(one.verb, one.outcome) for one in count_answer] == [("quote", Outcome.BROKEN)]


async def test_a_store_that_fails_while_the_language_is_looked_up_is_an_incident_too(
    ask: Desk,
) -> None:
    async def fail(command: object) -> Language | None:
        raise OSError

    services = replace(ask.services, preferred_language=fail)
    broken = replace(ask, handler=Handler(services, REGISTRY, grammar()))
    assert (await broken("quote 996")).outcome is Outcome.BROKEN
