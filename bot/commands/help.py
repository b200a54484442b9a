"""`start`, `help`, `about`: the first things a newcomer sees."""

from __future__ import annotations

from collections.abc import Callable

from bot import __version__
from bot.commands.registry import Registry, Spec, command
from bot.commands.request import Request
from bot.core.command import Line
from bot.core.errors import UnknownCommand
from bot.core.reply import Act, Block, Buttons, Footnote, Heading, Item, Paragraph, Reply, Span


@command("start", listed=False)
async def start(ask: Request) -> Reply:
    """One screen: what this is, and three ways to begin."""
    row = Buttons(
        (
            ask.act("button.random", "quote"),
            ask.act("button.topics", "topics"),
            ask.act("button.digest_on", "digest", "on"),
        )
    )
    how = ask.spans(
        "start.how", quote=Span(command=Line("quote", "996")), help=Span(command=Line("help"))
    )
    return Reply(
        (Heading(ask.say("start.title")), Paragraph(ask.spans("start.what")), Paragraph(how), row)
    )


@command("about", "关于", "關於", examples=(("about", "关于"),))
async def about(ask: Request) -> Reply:
    library = ask.edition.library
    counts = {
        "articles": str(len(library.articles)),
        "quotes": str(len(library.quotes)),
        "topics": str(len(library.topics)),
    }
    wrong = Span(command=Line("report", "<id> …"))
    return Reply(
        (
            Heading(ask.say("about.title", version=__version__)),
            Paragraph(ask.spans("about.what", **counts)),
            Paragraph(ask.spans("about.rights")),
            Footnote(ask.spans("about.wrong", line=wrong)),
            Buttons((ask.act("button.topics", "topics"), ask.act("button.help", "help"))),
        )
    )


def make_help(registry: Callable[[], Registry]) -> Spec:
    """The `help` command, which shows the registry that it is itself part of."""

    @command("help", "h", "?", "帮助", "幫助", "说明", "說明", examples=(("help", "帮助"),))
    async def help_(ask: Request) -> Reply:
        if not ask.args:
            return _overview(ask, registry())
        verb = ask.args.split()[0].removeprefix("/").lower()
        found = registry().resolve(Line(verb))
        if not found:
            near = [Line("help", spec.verb) for spec in registry().nearest(verb)]
            offers = near or [Line("help")]
            raise UnknownCommand("error.unknown_command", verb=Span(verb, bold=True), offers=offers)
        return _one(ask, found[0])

    return help_


def _overview(ask: Request, registry: Registry) -> Reply:
    listed = [spec for spec in registry.specs if spec.listed]
    items = [
        Item((Span(command=_example(ask, spec)),), ask.spans(spec.summary_key)) for spec in listed
    ]
    tip = Footnote(ask.spans("help.tip", line=Span(command=Line("help", "digest"))))
    row = (ask.act("button.random", "quote"), ask.act("button.topics", "topics"))
    return Reply((Heading(ask.say("help.title")), *items, tip, Buttons(row)))


def _one(ask: Request, spec: Spec) -> Reply:
    lines = [pair[i] for i in (0, 1) for pair in spec.examples]
    blocks: list[Block] = [Heading(spec.verb), Paragraph(ask.spans(spec.summary_key))]
    if spec.aliases:
        names = ask.voice.say("quote.comma").join(spec.aliases)
        blocks.append(Paragraph(ask.spans("help.aliases", names=names)))
    blocks += [Item((Span(command=_line(text)),)) for text in lines]
    if ask.say(spec.summary_key) and f"help.{spec.verb}" in ask.voice.words:
        blocks.append(Paragraph(ask.spans(f"help.{spec.verb}")))
    blocks.append(Buttons(tuple(Act(text, _line(text)) for text in lines[:3])))
    return Reply(tuple(blocks))


def _example(ask: Request, spec: Spec) -> Line:
    return spec.example(ask.voice.language) if spec.examples else Line(spec.verb)


def _line(text: str) -> Line:
    verb, _, args = text.partition(" ")
    return Line(verb, args)
