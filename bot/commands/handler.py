"""The one door for every adapter: a command in, a reply out."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.commands.quote import cards_for
from bot.commands.registry import Registry, Spec
from bot.commands.request import Request, Services, how_to_type
from bot.core.command import Command
from bot.core.command_line import MAX_TYPED, CommandLine
from bot.core.errors import BadArgument, NothingFound, StoreError, UnknownCommand, UserError
from bot.core.language import Language, language_of
from bot.core.reply import (
    Act,
    Audience,
    Block,
    Buttons,
    Card,
    Item,
    Outcome,
    Paragraph,
    Reply,
    Span,
)
from bot.core.text import clean, undo_typography, without_emoji_names
from bot.core.trace import tracing
from bot.core.words import Voice

_log = logging.getLogger("aiwork.handler")

_INCIDENT_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the pairs that are misread aloud: I and 1, O and 0."""


_LOOKUPS = frozenset({"quote", "search"})


@dataclass(frozen=True, slots=True)
class AnsweredCommand:
    """A command that was answered, for the metrics: nothing in it says who asked, or what."""

    verb: str
    outcome: Outcome
    seconds: float
    looked_up: bool
    """Whether words were given to be looked up."""


class Handler:
    """Answers commands. Keeps the `Handle` promise: whatever happens becomes a reply."""

    def __init__(
        self,
        services: Services,
        registry: Registry,
        count_answer: Callable[[AnsweredCommand], None] | None = None,
    ) -> None:
        """`count_answer` is told of every answer, for the metrics."""
        self._services = services
        self._registry = registry
        self._count_answer = count_answer or (lambda one: None)

    async def __call__(self, command: Command) -> Reply:
        began = time.perf_counter()
        voice = Voice(self._services.words, self._services.default_language)
        verb, looked_up, private = "unknown", False, False
        try:
            voice = replace(voice, language=await self._language(command))
            spec, line = self._resolve(_cleaned(command), voice)
            verb, looked_up = spec.verb, spec.verb in _LOOKUPS and bool(line.args)
            private = command.personal and spec.personal and "@" not in line.args
            if spec.personal:  # options, times and zones, never words to keep
                line = replace(line, args=undo_typography(line.args))
            reply = await spec.run(self._request(command, line, voice))
        except UserError as error:
            reply = _refusal(error, voice)
        except Exception as error:  # noqa: BLE001 - the last line of defence for every adapter
            reply = _incident(error, command, verb, voice)
        self._count_answer(
            AnsweredCommand(verb, reply.outcome, time.perf_counter() - began, looked_up)
        )
        return replace(reply, audience=Audience.PERSON) if private else reply

    async def cards(self, command: Command, offset: int, limit: int) -> tuple[Card, ...]:
        """See `Handle.cards`; none when something breaks or more came in than anybody types."""
        try:
            voice = Voice(self._services.words, await self._language(command))
            return cards_for(self._request(command, _cleaned(command), voice), offset, limit)
        except UserError:
            return ()
        except Exception as error:  # noqa: BLE001 - as above
            _incident(error, command, "cards", Voice(self._services.words, Language.EN))
            return ()

    async def _language(self, command: Command) -> Language:
        """The person's preference for what only they see, the chat's otherwise, then the
        platform's hint, then the default."""
        wanted = await self._services.preferred_language(command)
        return wanted or language_of(command.language) or self._services.default_language

    def _request(self, command: Command, line: CommandLine, voice: Voice) -> Request:
        return Request(command, line, voice, self._services, self._services.library.edition)

    def _resolve(self, line: CommandLine, voice: Voice) -> tuple[Spec, CommandLine]:
        """The command that is meant. Words that name none are looked up as a quote, unless they
        were meant as a command (`/quot`) or look like a mistyped one."""
        if found := self._registry.resolve(line):
            return found
        near = self._registry.nearest(line.verb)
        if near or line.slash:
            raise UnknownCommand(
                "error.unknown_command",
                verb=Span(line.verb, bold=True),
                offers=[CommandLine(spec.verb, line.args) for spec in near]
                or [CommandLine("help")],
            )
        words = without_emoji_names(f"{line.verb} {line.args}".strip())
        if not words:
            return self._resolve(CommandLine("start"), voice)
        return self._resolve(CommandLine("quote", words, line.page), voice)


def _cleaned(command: Command) -> CommandLine:
    """The line without invisible characters. Raises BadArgument when nothing is left of it, or
    when more came in than anybody types, or too often."""
    if command.too_often:
        raise BadArgument("error.too_often")
    if command.too_long:
        raise BadArgument("error.too_long", limit=str(MAX_TYPED), offers=[CommandLine("help")])
    line = command.line
    verb, args = undo_typography(clean(line.verb)).lower(), clean(line.args)
    if not verb:
        raise BadArgument(
            "error.empty", line=how_to_type("quote 996", "语录 996"), offers=[CommandLine("help")]
        )
    return replace(line, verb=verb, args=args)


def _refusal(error: UserError, voice: Voice) -> Reply:
    offers = tuple(Item((Span(command=line),)) for line in error.offers)
    lines = tuple(Act(str(line), line) for line in error.offers)
    row = (*error.buttons, *lines)
    blocks: tuple[Block, ...] = (Paragraph(voice.spans(error.key, **error.values)), *offers)
    blocks += (Buttons(row),) if row else ()
    outcome = Outcome.NOTHING_FOUND if isinstance(error, NothingFound) else Outcome.REFUSED
    return Reply(blocks, outcome=outcome, field=error.field)


def _incident(error: Exception, command: Command, verb: str, voice: Voice) -> Reply:
    """Something of ours broke: the person gets a number, the log the traceback, or of a database
    that cannot be used the sentence that says what to do. What was typed stays out of it."""
    number = "".join(secrets.choice(_INCIDENT_LETTERS) for _ in range(4))
    known = isinstance(error, StoreError)
    with tracing(incident=number):
        said = f"{verb} on {command.at.platform}{f': {error}' if known else ''}"
        _log.error("incident %s: %s", number, said, exc_info=None if known else error)
    return Reply(
        (Paragraph(voice.spans("error.incident", incident=number)),), outcome=Outcome.BROKEN
    )
