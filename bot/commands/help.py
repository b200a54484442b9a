"""`start`, `help`, `about`: the first things a newcomer sees."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot import __version__
from bot.commands.registry import Registry, Spec, command
from bot.commands.request import Request, typed
from bot.core.command_line import CommandLine
from bot.core.errors import UnknownCommand
from bot.core.reply import Act, Block, Buttons, Footnote, Heading, Item, Paragraph, Reply, Span
from bot.core.words import Voice


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
    how = ask.spans("start.how", quote=typed("quote 996", "语录 996"), help=typed("help", "帮助"))
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
    wrong = typed("report <id> …", "报错 <id> …")
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

    @command(
        "help",
        "h",
        "?",
        "帮助",
        "幫助",
        "说明",
        "說明",
        examples=(("help", "帮助"), ("help digest", "帮助 简报")),
    )
    async def help_(ask: Request) -> Reply:
        if not ask.args:
            return _overview(ask, registry())
        verb = ask.args.split()[0].removeprefix("/").lower()
        found = registry().resolve(CommandLine(verb))
        if not found:
            near = [CommandLine("help", spec.verb) for spec in registry().nearest(verb)]
            offers = near or [CommandLine("help")]
            raise UnknownCommand("error.unknown_command", verb=Span(verb, bold=True), offers=offers)
        return _one(ask, found[0])

    return help_


def _overview(ask: Request, registry: Registry) -> Reply:
    listed = [spec for spec in registry.specs if spec.listed]
    items = [
        Item((Span(command=_example(ask, spec)),), ask.spans(spec.summary_key)) for spec in listed
    ]
    tip = Footnote(ask.spans("help.tip", line=typed("help digest", "帮助 简报")))
    row = (ask.act("button.random", "quote"), ask.act("button.topics", "topics"))
    return Reply((Heading(ask.say("help.title")), *items, tip, Buttons(row)))


def _one(ask: Request, spec: Spec) -> Reply:
    lines = [_example(ask, spec, n) for n in range(len(spec.examples))]
    blocks: list[Block] = [Heading(spec.verb), Paragraph(ask.spans(spec.summary_key))]
    blocks += [Item((Span(command=line),)) for line in lines]
    if f"help.{spec.verb}" in ask.voice.words:
        blocks.append(Paragraph(ask.spans(f"help.{spec.verb}")))
    if spec.aliases:
        blocks.append(Footnote(ask.spans("help.aliases", names=partial(_names, spec))))
    blocks.append(Buttons(tuple(Act(str(line), line) for line in lines)))
    return Reply(tuple(blocks))


def _names(spec: Spec, voice: Voice) -> str:
    return voice.say("quote.comma").join(spec.aliases)


def _example(ask: Request, spec: Spec, index: int = 0) -> CommandLine:
    return spec.example(ask.voice, index) if spec.examples else CommandLine(spec.verb)
