"""A command line: what a person types and what a button carries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

MAX_TYPED = 500
"""Characters of a typed line that are read. A longer line is answered with one sentence; nothing
behind this limit is ever folded (NFKC over 400,000 combining marks took 120 s)."""

_PAGE = re.compile(r"\s+p(\d{1,4})$")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command line: what a person types and what a button carries.

    `str(line)` is the text form, `quote 996 p2`; `parse` reads it back. `slash` says that the
    line came with a leading `/`, so that its first word was meant as a command.
    """

    verb: str
    args: str = ""
    page: int = 1
    slash: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        words = [self.verb, self.args, f"p{self.page}" if self.page > 1 else ""]
        return " ".join(word for word in words if word)

    def on_page(self, page: int) -> CommandLine:
        """The same line, asking for another page (counted from 1)."""
        return replace(self, page=page)


NAME = "aiwork"
"""Slack's command, which people type before the line in the terminal and on Telegram, too."""

_COPIED = re.compile(
    r"(?:[•‣◦·▪●○]\s*|\d{1,2}、\s*|(?:\d{1,2}[.)]|[-–*])\s+|\[[^\[\]]{1,60}\]\s+)(?=\w)"
)
"""What stands before a line that was copied from a list, a page or the terminal's buttons."""

_PAIRS = ("``", "**", "__", "~~", '""', "“”", "「」", "『』", "''", "‘’")
"""Markup and quotation marks that people put around a whole line, by habit."""


def parse(text: str) -> CommandLine:
    """Read a typed line or a button's value. White space is folded; an empty text gives verb ''.

    The verb is the first word, lower-cased and without a leading `/`; `p2` at the end is the page.
    """
    words = _unwrapped(" ".join(text[: MAX_TYPED + 1].split()))
    slash = words.startswith(("/", "／"))
    words = words[1:] if slash else words
    name, _, rest = words.partition(" ")
    if rest and name.lower().rstrip(",，:：") == NAME:
        return replace(parse(rest), slash=slash)
    page = 1
    if match := _PAGE.search(words):
        page = max(1, int(match[1]))
        words = words[: match.start()]
    verb, _, args = words.partition(" ")
    verb = verb.partition("@")[0] if slash else verb
    return CommandLine(verb.lower(), args.strip(), page, slash)


def _unwrapped(words: str) -> str:
    """Without what stands around the whole line: `*quote 996*`, `> quote 996`, `• quote 996`."""
    words = words.removeprefix("&gt;").removeprefix(">").strip()
    if copied := _COPIED.match(words):
        return _unwrapped(words[copied.end() :])
    for pair in _PAIRS:
        inner = words[1:-1]
        if len(words) > 2 and words[0] + words[-1] == pair and not set(pair) & set(inner):
            return _unwrapped(inner.strip())
    return words
