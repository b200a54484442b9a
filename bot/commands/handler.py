"""The one door for every adapter: a command in, a reply out."""

from __future__ import annotations

import logging
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.commands.digest import DIGEST_WORDS
from bot.commands.parse_when import read_clock
from bot.commands.parse_zone import find_zone
from bot.commands.quote import cards_for
from bot.commands.registry import Registry, Spec
from bot.commands.request import Request, Services, how_to_type
from bot.commands.understand.grammar import Grammar
from bot.commands.understand.recall import OfferTaken, Recall
from bot.core.command import Command, RoomKind
from bot.core.command_line import MAX_TYPED, CommandLine
from bot.core.errors import BadArgument, NothingFound, StoreError, UnknownCommand, UserError
from bot.core.language import Language, language_of
from bot.core.reply import (
    Act,
    Audience,
    Block,
    Buttons,
    Card,
    Form,
    Item,
    Outcome,
    Paragraph,
    Reply,
    Span,
)
from bot.core.text import clean, han, is_chinese, undo_typography, without_emoji_names
from bot.core.trace import tracing
from bot.core.words import Voice
from bot.library.aliases import is_traditional
from bot.library.search import Confidence, Reason

_log = logging.getLogger("aiwork.handler")

_INCIDENT_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the pairs that are misread aloud: I and 1, O and 0."""


_LOOKUPS = frozenset({"quote", "search", "fact", "article", "topics"})

_TO_THE_LETTER = (Reason.EXACT, Reason.FRAGMENT, Reason.SCRIPT)

FEWEST_QUOTED = 4
"""Words (or characters) of a line that may be part of a quotation and no wish."""

MIXED = 3
"""Latin letters for each Chinese character up to which a line counts as Chinese: a word of three
characters among English ones is a name."""

MORE = "more"
"""The wish to go on from what was shown last."""

THIS = "this"
"""The wish to do something (the next word) with the entry that was shown last."""

_ASKED_AFTER = frozenset({"settings", "digest", "subscribe", "subscriptions", "status"})
"""Lines whose answers ask for a time or a zone."""


@dataclass(frozen=True, slots=True)
class AnsweredCommand:
    """A command that was answered, for the metrics: nothing in it says who asked, or what."""

    verb: str
    outcome: Outcome
    seconds: float
    looked_up: bool
    """Whether words were given to be looked up."""
    understood: bool = True
    """False when it was neither a command nor a wish in words, and nothing was found."""
    offer: OfferTaken | None = None
    """What became of the offer before it."""


class Handler:
    """Answers commands. Keeps the `Handle` promise: whatever happens becomes a reply."""

    def __init__(
        self,
        services: Services,
        registry: Registry,
        grammar: Grammar,
        count_answer: Callable[[AnsweredCommand], None] | None = None,
    ) -> None:
        """`count_answer` is told of every answer, for the metrics."""
        self._grammar, self._recall = grammar, Recall()
        self._services = services
        self._registry = registry
        self._count_answer = count_answer or (lambda one: None)

    async def __call__(self, command: Command) -> Reply:
        began = time.perf_counter()
        voice = Voice(self._services.words, self._services.default_language)
        verb, looked_up, private, bare, offer = "unknown", False, False, False, None
        try:
            voice = replace(voice, language=await self._language(command))
            spec, line, wished = self._meant(command, voice)
            verb, looked_up = spec.verb, spec.verb in _LOOKUPS and bool(line.args)
            bare = not wished and self._registry.named(command.line.verb) is None
            offer = self._recall.offer_taken(command, line)
            private = command.personal and spec.personal and "@" not in line.args
            if spec.personal:  # options, times and zones, never words to keep
                line = replace(line, args=undo_typography(line.args))
            reply = await self._run(spec, self._request(command, line, voice))
            if wished and line.verb == "settings" and line.args:  # the language may be another
                voice = replace(voice, language=await self._language(command))
                reply = _in_brief(reply, voice)
        except UserError as error:
            reply = _refusal(error, voice)
        except Exception as error:  # noqa: BLE001 - the last line of defence for every adapter
            reply = _incident(error, command, verb, voice)
        understood = not (bare and reply.outcome is Outcome.NOTHING_FOUND)
        seconds = time.perf_counter() - began
        self._count_answer(
            AnsweredCommand(verb, reply.outcome, seconds, looked_up, understood, offer)
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
        """The person's preference for what only they see, the chat's otherwise; then the script
        they typed in, where it is Chinese; then the platform's hint, then the default."""
        wanted = await self._services.preferred_language(command)
        if wanted:
            return wanted
        hint = language_of(command.language) or self._services.default_language
        typed = f"{command.line.verb} {command.line.args}"
        foreign = sum(char.isascii() and char.isalpha() for char in typed) > MIXED * han(typed)
        if hint is not Language.EN or not is_chinese(typed) or foreign:
            return hint
        return Language.HANT if is_traditional(typed) else Language.HANS

    def _request(self, command: Command, line: CommandLine, voice: Voice) -> Request:
        return Request(command, line, voice, self._services, self._services.library.edition)

    async def _run(self, spec: Spec, request: Request) -> Reply:
        """The command's answer, a refusal included, remembered as what this person saw last."""
        try:
            reply = await spec.run(request)
        except UserError as error:
            reply = _refusal(error, request.voice)
        self._recall.remember(request.command, request.line, reply)
        return replace(reply, understood=request.line)

    def _meant(self, command: Command, voice: Voice) -> tuple[Spec, CommandLine, bool]:
        """The command that a line names or that says the same in plain words, and which of the
        two it was."""
        line = _cleaned(command)
        typed = f"{line.verb} {line.args}".strip()
        if line.slash or command.kind is RoomKind.INLINE or self._is_command(line):
            return (*self._resolve(line, voice), False)
        wish = self._grammar.read(typed, self._services.library.edition.library)
        if wish and (wish.always or not self._is_quoted(typed)):
            return (*self._resolve(self._after_what_was_shown(command, wish.line), voice), True)
        said = self._recall.picked(command, typed) or self._answered(command, typed)
        return (*self._resolve(said or line, voice), said is not None)

    def _after_what_was_shown(self, command: Command, wished: CommandLine) -> CommandLine:
        if wished.verb == MORE:
            return self._recall.more(command)
        if wished.verb == THIS:
            return CommandLine(wished.args, self._recall.entry(command))
        return wished

    def _is_command(self, line: CommandLine) -> bool:
        """Whether it is typed as commands are: a verb alone (but for `unsubscribe`, which wishes
        for an end), or a lookup of exactly a topic."""
        spec = self._registry.named(line.verb)
        if spec is None or line.page > 1:
            return spec is not None
        if not line.args:
            return spec.verb != "unsubscribe"
        if spec.verb == "digest":
            return line.args.split()[0].lower() in DIGEST_WORDS
        topic = self._services.library.edition.library.topic_of(line.args)
        return bool(topic) and spec.verb in _LOOKUPS

    def _is_quoted(self, typed: str) -> bool:
        """Whether the words stand in a quotation: who types part of one wants it."""
        if len(typed.split()) < FEWEST_QUOTED and han(typed) < FEWEST_QUOTED:
            return False
        found = self._services.library.edition.look(typed, 1)
        literal = found.hits and found.hits[0].reason in _TO_THE_LETTER
        return bool(literal) and found.sure is Confidence.SURE

    def _answered(self, command: Command, typed: str) -> CommandLine | None:
        """A bare time or place, right after settings were shown, is what they were asked for."""
        shown = self._recall.last(command)
        if shown is None or shown.line.verb not in _ASKED_AFTER:
            return None
        if read_clock(typed) is not None:
            return CommandLine("settings", f"time={typed}")
        return CommandLine("settings", f"zone={typed}") if find_zone(typed) else None

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
        if all(unicodedata.category(char)[0] in "PZ" for char in words):
            raise _nothing_said()
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
        raise _nothing_said()
    return replace(line, verb=verb, args=args)


def _nothing_said() -> BadArgument:
    """For an empty line, and for one of punctuation alone."""
    line = how_to_type("quote 996", "语录 996")
    return BadArgument("error.empty", line=line, offers=[CommandLine("help")])


def _in_brief(reply: Reply, voice: Voice) -> Reply:
    """What was saved, without the whole form again: who said it in words wants no form."""
    if reply.outcome is not Outcome.ANSWERED:
        return reply
    *before, _ = reply.blocks  # the last are buttons on to other forms
    kept = [block for block in before if not isinstance(block, Form)]
    more = Act(voice.say("button.settings"), CommandLine("settings"))
    return replace(reply, blocks=(*kept, Buttons((more,))))


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
