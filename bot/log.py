"""Logs: one line an event, on standard error; never a token, a name, or what somebody wrote.

The other parts use `logging` with the loggers `aiwork.*`; structlog draws what they say, as
`key=value` on a terminal and as JSON elsewhere.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.core.errors import AiworkError
from bot.core.trace import traced

OURS = "aiwork"

HIDDEN = "[secret]"

LONGEST = 500
"""Characters of one value: a longer one is a dump of something."""

FOREIGN = 200
"""Characters of what a library says, its first line only: the rest is dumps of objects."""


def set_up(
    level: str = "INFO",
    form: Literal["auto", "json", "text"] = "auto",
    *,
    secrets: Collection[str] = (),
    stream: IO[str] | None = None,
) -> None:
    """Send every log line of this process to `stream` (standard error), tokens taken out.

    `level` is that of our own loggers. Libraries speak from WARNING on, whatever it is: below
    that, slack_sdk, python-telegram-bot, httpx and the database drivers print whole requests,
    texts, addresses with tokens and SQL parameters. `secrets` are this installation's own; they
    are hidden wherever they appear, next to everything that has the shape of a token.
    """
    stream = stream or sys.stderr
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(as_json, Redaction(secrets), colors=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a broken pipe on standard error is nobody's incident


def _formatter(
    as_json: bool, redaction: Redaction, *, colors: bool
) -> structlog.stdlib.ProcessorFormatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0, sort_keys=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _identify,
            _first_line_of_foreigners,
            _short_exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redaction,
            renderer,
        ],
    )


def _identify(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The delivery or incident that the line belongs to."""
    return {**event, **traced()}


def _first_line_of_foreigners(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """asyncio prints the lost task, and with it the arguments that it ran on."""
    if not _ours(str(event.get("logger", ""))):
        event["event"] = str(event["event"]).strip().partition("\n")[0][:FOREIGN]
    return event


def _ours(logger: str) -> bool:
    return logger == OURS or logger.startswith(f"{OURS}.")


def _short_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What was raised and where, on one line. Not what it said: the text of an exception often
    repeats the value that was wrong, and that may be what somebody wrote. Ours do not."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = _told(error)
    return event


def _told(error: BaseException) -> str:
    said = f" ({error})" if isinstance(error, AiworkError) else ""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    way = " > ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    after = f", after {_told(cause)}" if cause is not None and cause is not error else ""
    return f"{type(error).__name__}{said} at {way or 'no frame'}{after}"


_SHAPES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Slack: bot, user, app-level, refresh and rotated tokens
        (r"x(?:ox[a-z]|app|wfp)(?:\.xox[a-z])?-[\w-]{4,}", HIDDEN),
        # Telegram: the token of @BotFather, also inside an address
        (r"(/bot)[^/\s\"']+(?=/)", rf"\1{HIDDEN}"),
        (r"\b\d{5,}:[\w-]{20,}", HIDDEN),
        (r"(?i)(\bauthorization\b[\"']?\s*[:=]\s*[\"']?)(?:(?:bearer|basic)\s+)?[^\s\"',}]+",
         rf"\1{HIDDEN}"),
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}", rf"\1 {HIDDEN}"),
        (r"(://[^:/@\s]*):[^@\s]+@", rf"\1:{HIDDEN}@"),
        (r"(?i)\b(client_secret|refresh_token|access_token|token|secret|password|code|state)"
         r"(=|[\"']:\s*[\"'])[^&\s\"',]+", rf"\1\2{HIDDEN}"),
    )
)  # fmt: skip


class Redaction:
    """A processor that hides secrets in every value of a line, and keeps it one line."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        known = sorted((s for s in secrets if len(s) >= 6), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {name: self._clean(value) for name, value in event.items()}

    def text(self, text: str) -> str:
        """The text without secrets and control characters."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for shape, replacement in _SHAPES:
            text = shape.sub(replacement, text)
        return _CONTROL.sub(" ", text)[:LONGEST]

    def _clean(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(name): self._clean(one) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(one) for one in value]
        return self.text(str(value))


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Whoever can write a line break into a log can write a whole line of it."""
