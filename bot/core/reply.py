"""What the bot says, as structure. Adapters draw it; nobody writes markup before that.

    Reply(blocks, audience, replaces, outcome)
    Block = Heading | Paragraph | Quote | Item | Footnote | Divider | File | Buttons | Pager | Form
    Spans = tuple of Span(text, bold, code, href, command)
    Button = Act(label, line) | Link(label, url) | Share(label, line) | PickRoom(label, line)

The unions are closed: every renderer ends in `assert_never`, so that a new kind makes the type
checker name the places that must learn it. No italics (Chinese has none).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.core.command_line import CommandLine


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. `href` makes it a link; `command` shows how to type that line on the
    platform at hand (`/aiwork quote 996`, `/quote 996`, `quote 996`), and `text` is then empty."""

    text: str = ""
    bold: bool = False
    code: bool = False
    href: str = ""
    command: CommandLine | None = None


Spans: TypeAlias = "tuple[Span, ...]"


def spans(*parts: str | Span) -> Spans:
    """Plain strings and spans, as one line; empty strings are dropped."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: `text` verbatim, `byline` says who, as what, where and when."""

    text: str
    byline: Spans


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a title line and, below it, a note."""

    title: Spans
    note: Spans = ()


@dataclass(frozen=True, slots=True)
class Footnote:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class File:
    """A text to keep, handed over as a file; where a chat takes none, the text itself is shown."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Act:
    """A button that is a command line: pressing it is typing it."""

    label: str
    line: CommandLine


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Share:
    """Show what `line` (`quote <id>`, `article <id>`) answers to others: a deep link on Telegram,
    *Share to channel* on Slack. `page` is where it stands on the web, if anywhere: Telegram shares
    its address, and what Slack shows to the channel has it as a button."""

    label: str
    line: CommandLine
    page: Link | None = None


@dataclass(frozen=True, slots=True)
class PickRoom:
    """Let the person choose one of their rooms; ` @<room id>` is then added to `line`."""

    label: str
    line: CommandLine


Button: TypeAlias = "Act | Link | Share | PickRoom"


@dataclass(frozen=True, slots=True)
class Buttons:
    row: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Pager:
    """Pages 1 to `pages` of what `line` answers."""

    page: int
    pages: int
    line: CommandLine


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PickOne:
    key: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class PickMany:
    key: str
    label: str
    choices: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeField:
    """A local time of day, `HH:MM`; `choices` are what platforms without a time picker offer."""

    key: str
    label: str
    chosen: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextField:
    key: str
    label: str
    chosen: str = ""
    placeholder: str = ""


Field: TypeAlias = "PickOne | PickMany | TimeField | TextField"


@dataclass(frozen=True, slots=True)
class Form:
    """Questions whose answers make a command line: `settings` becomes
    `settings time=09:30 days=mon,wed`. A modal on Slack, rows of buttons elsewhere (each of
    which sets one key).

    A modal is asked for anew when it is opened: `opener` is the line whose reply has this form and
    which changes nothing, `line` itself when not given."""

    title: str
    fields: tuple[Field, ...]
    line: CommandLine
    submit: str
    opener: CommandLine | None = None


Block: TypeAlias = (
    "Heading | Paragraph | Quote | Item | Footnote | Divider | File | Buttons | Pager | Form"
)


class Audience(StrEnum):
    """Who should see a reply where the platform lets us choose. `PERSON` is what concerns the
    asker alone (their settings, their data): nobody else may see it, wherever it was asked."""

    ASKER = "asker"
    ROOM = "room"
    PERSON = "person"


class Outcome(StrEnum):
    """What became of the request; the CLI's exit code and the metrics are made from it."""

    ANSWERED = "answered"
    NOTHING_FOUND = "nothing_found"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Reply:
    """`replaces` asks to edit the message whose button was pressed; typed commands ignore it.
    `field` is the key of the form field that a refusal is about, so that a modal can say so there.
    `understood` is the canonical line that was run; not `sure`: what is shown is offered, and the
    person has to say whether it is what they meant. `reason` is why the first entry of an offer was
    found, a value of the lookup's `Reason`.
    """

    blocks: tuple[Block, ...]
    audience: Audience = Audience.ASKER
    replaces: bool = False
    outcome: Outcome = Outcome.ANSWERED
    field: str = ""
    understood: CommandLine | None = None
    sure: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A quote ready to be sent somewhere: Telegram's inline results, Slack's message shortcut."""

    id: str
    title: str
    note: str
    reply: Reply


def answer(line: CommandLine, values: dict[str, str | tuple[str, ...]]) -> CommandLine:
    """The command line that a filled-in form makes: `key=value` for each answer, lists joined by
    commas, a list without choices as `none`. The room that the line is about (`@here`, `@<id>`)
    stays at its end."""
    words = [
        f"{key}={value if isinstance(value, str) else ','.join(value) or 'none'}"
        for key, value in values.items()
    ]
    given = line.args.split()
    room = [given.pop()] if given and given[-1].startswith("@") else []
    return CommandLine(line.verb, " ".join([*given, *words, *room]))
