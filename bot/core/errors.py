"""Every error that is ours. A class exists where a caller must *do* something different.

AiworkError
├── UserError            becomes a Reply: a key of words.*.yaml, its values, what to try next
│   ├── UnknownCommand   with the nearest verbs
│   ├── NothingFound     with the nearest quotes or topics
│   ├── BadArgument      with an example that works
│   └── NotAllowed
├── ContentError         a list of Problem(file, line, key, what, hint)
├── SettingsError        a list of sentences
├── StoreError           the database cannot be used; the sentence says what to do
│   └── StoreAway        it does not answer now: the same may work later
└── SendError            what an adapter may raise from send(), and nothing else
    ├── RetryLater       surely not delivered; try again after a while
    ├── Moved            the chat has another address now
    ├── Gone             the chat cannot be reached any more
    ├── Unknown          it may or may not have arrived
    └── Refused          our mistake: logged loudly, never retried
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.text import clean, cut, is_chinese

if TYPE_CHECKING:
    from bot.core.address import Address
    from bot.core.command_line import CommandLine
    from bot.core.reply import Button
    from bot.core.words import Localized, Value


class AiworkError(Exception):
    pass


class UserError(AiworkError):
    """A request that cannot be met: `key` names the sentence, `values` fill it, `buttons` and
    `offers` (lines shown as text to type) say what to try next, `field` is the form field at
    fault."""

    def __init__(
        self,
        key: str,
        *,
        buttons: Sequence[Button] = (),
        offers: Sequence[CommandLine] = (),
        field: str = "",
        **values: Localized[Value],
    ) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
        self.buttons = tuple(buttons)
        self.offers = tuple(offers)
        self.field = field


class UnknownCommand(UserError):
    pass


class NothingFound(UserError):
    pass


class BadArgument(UserError):
    pass


class NotAllowed(UserError):
    pass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a content file: where, what, and what to write instead.

    `what` and `hint` are in the language that the check was asked for. What is wrong in a draft
    keeps nothing from being served."""

    file: str
    line: int
    key: str
    what: str
    hint: str
    draft: bool = False

    def __str__(self) -> str:
        joint = "；" if is_chinese(self.what) else "; "
        return f"{self.file}:{self.line} {self.key}: {self.what}{joint}{self.hint}"


class ContentError(AiworkError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class SettingsError(AiworkError):
    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


class StoreError(AiworkError):
    """The database cannot be used as it is; the message says what to do."""


class StoreAway(StoreError):
    """No server answers, or it is starting or stopping: nothing needs to be set right here."""


class SendError(AiworkError):
    """A message did not surely arrive; `why` is the platform's own wording, free of secrets. It is
    cleaned and cut, since it is stored and shown."""

    def __init__(self, why: str) -> None:
        self.why = cut(clean(why), 500)
        super().__init__(self.why)


class RetryLater(SendError):
    """Surely not delivered. `after` is in seconds; `None` lets the caller back off by itself."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Moved(SendError):
    def __init__(self, to: Address) -> None:
        super().__init__(f"moved to {to}")
        self.to = to


class Gone(SendError):
    pass


class Unknown(SendError):
    pass


class Refused(SendError):
    pass
