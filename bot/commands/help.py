"""`help`: what can be asked, made from the registry."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.commands.registry import Registry, Spec, command
from bot.commands.request import Request, how_to_type
from bot.core.command_line import CommandLine
from bot.core.errors import UnknownCommand
from bot.core.reply import Act, Block, Buttons, Footnote, Heading, Item, Paragraph, Reply, Span
from bot.core.words import Voice


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
    async def help_(request: Request) -> Reply:
        if not request.args:
            return _overview(request, registry())
        verb = request.args.split()[0].removeprefix("/").lower()
        found = registry().resolve(CommandLine(verb))
        if not found:
            near = [CommandLine("help", spec.verb) for spec in registry().nearest(verb)]
            offers = near or [CommandLine("help")]
            raise UnknownCommand("error.unknown_command", verb=Span(verb, bold=True), offers=offers)
        return _one(request, found[0])

    return help_


def _overview(request: Request, registry: Registry) -> Reply:
    listed = [spec for spec in registry.specs if spec.listed]
    items = [
        Item((Span(command=_example(request, spec)),), request.spans(spec.summary_key))
        for spec in listed
    ]
    tip = Footnote(request.spans("help.tip", line=how_to_type("help digest", "帮助 简报")))
    plain = Footnote(request.spans("help.plain"))
    row = (request.act("button.random", "quote"), request.act("button.topics", "topics"))
    return Reply((Heading(request.say("help.title")), *items, plain, tip, Buttons(row)))


def _one(request: Request, spec: Spec) -> Reply:
    lines = [_example(request, spec, n) for n in range(len(spec.examples))]
    blocks: list[Block] = [Heading(spec.verb), Paragraph(request.spans(spec.summary_key))]
    blocks += [Item((Span(command=line),)) for line in lines]
    if f"help.{spec.verb}" in request.voice.words:
        blocks.append(Paragraph(request.spans(f"help.{spec.verb}")))
    if spec.aliases:
        blocks.append(Footnote(request.spans("help.aliases", names=partial(_names, spec))))
    blocks.append(Buttons(tuple(Act(str(line), line) for line in lines)))
    return Reply(tuple(blocks))


def _names(spec: Spec, voice: Voice) -> str:
    return voice.say("quote.comma").join(spec.aliases)


def _example(request: Request, spec: Spec, index: int = 0) -> CommandLine:
    return spec.example(request.voice, index) if spec.examples else CommandLine(spec.verb)
