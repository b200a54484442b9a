"""Every command as data: its verb, aliases in both languages, examples, who may use it.

Help, Telegram's command menu, Slack's usage hint, completion in the terminal, the docs and their
tests are all made from here. The one-sentence summaries stand in `config/words.*.yaml` under
`command.<verb>`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.commands.request import Request
from bot.core.command_line import CommandLine, parse
from bot.core.language import Language
from bot.core.menu import MenuItem
from bot.core.reply import Reply
from bot.core.words import Voice, Words

Run = Callable[[Request], Awaitable[Reply]]

LETTERS_A_SLIP = 4
"""Letters of a name for each slip of the fingers (one letter more, less, other, or two swapped)
that it may have: `quot`, `topcis` and `subscrbie` are mistyped verbs; `cancel` is no `channel`."""


class Who(StrEnum):
    """Who may use a command in a room; in a private chat everybody may."""

    ANYONE = "anyone"
    MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class Spec:
    verb: str
    run: Run
    aliases: tuple[str, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    """Pairs (English line, Chinese line) that work as they stand; a test runs each."""
    who: Who = Who.ANYONE
    personal: bool = False
    """Whether it is about the asker's own digest and data, where no room is named."""
    listed: bool = True
    """Whether help and menus show it; `start` and `home` are for the platforms."""

    @property
    def summary_key(self) -> str:
        return f"command.{self.verb}"

    @property
    def takes_words(self) -> bool:
        return any(" " in line for pair in self.examples for line in pair)

    def example(self, voice: Voice, index: int = 0) -> CommandLine:
        """The example as this reader would type it."""
        english, chinese = self.examples[index]
        return parse(voice.script(chinese) if voice.language.chinese else english)


def command(
    verb: str,
    *aliases: str,
    examples: tuple[tuple[str, str], ...] = (),
    who: Who = Who.ANYONE,
    personal: bool = False,
    listed: bool = True,
) -> Callable[[Run], Spec]:
    """Make a function the command `verb`."""
    return lambda run: Spec(verb, run, aliases, examples, who, personal, listed)


class Registry:
    """The commands, found by verb or alias. Two commands with one name raise ValueError."""

    def __init__(self, specs: Iterable[Spec]) -> None:
        self.specs = tuple(specs)
        self._named: dict[str, Spec] = {}
        for spec in self.specs:
            for name in (spec.verb, *spec.aliases):
                if name in self._named:
                    raise ValueError(
                        f"{name!r} names both {self._named[name].verb} and {spec.verb}"
                    )
                self._named[name] = spec

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._named)

    def named(self, name: str) -> Spec | None:
        """The command with exactly this verb or alias."""
        return self._named.get(name)

    def resolve(self, line: CommandLine) -> tuple[Spec, CommandLine] | None:
        """The command a line means and the line under its verb; None when no name fits.

        A Chinese alias needs no space behind it: `语录裁员` is `quote 裁员`; `关于996` is no
        `about`, which takes no words.
        """
        if found := self._named.get(line.verb):
            return found, replace(line, verb=found.verb)
        for name in sorted(self._named, key=len, reverse=True):
            spec = self._named[name]
            if not name.isascii() and spec.takes_words and line.verb.startswith(name):
                args = f"{line.verb[len(name) :]} {line.args}".strip()
                return spec, replace(line, verb=spec.verb, args=args)
        return None

    def nearest(self, verb: str, limit: int = 3) -> tuple[Spec, ...]:
        """The listed commands whose names look most like a mistyped verb, best first."""
        from rapidfuzz.distance import OSA

        slips = {name: OSA.distance(verb, name) for name in self.names}
        near = [name for name in slips if 0 < slips[name] <= min(2, len(name) // LETTERS_A_SLIP)]
        specs = dict.fromkeys(self._named[name] for name in sorted(near, key=slips.__getitem__))
        return tuple(spec for spec in specs if spec.listed)[:limit]

    def menu(self, words: Words) -> tuple[MenuItem, ...]:
        return tuple(
            MenuItem(
                spec.verb,
                {language: words.say(spec.summary_key, language) for language in Language},
                spec.who is Who.MANAGERS,
            )
            for spec in self.specs
            if spec.listed
        )
