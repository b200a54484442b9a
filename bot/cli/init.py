"""`aiwork init`: five questions, each answer checked at once, and a `.env` to start from."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO, assert_never

import click
import yaml

from bot.app.credentials import (
    Accepted,
    Rejected,
    Unreachable,
    Verdict,
    check_database,
    check_slack_app,
    check_slack_bot,
    check_telegram,
)
from bot.app.services import folder, read_words
from bot.cli.common import LANGUAGES, environment_language, sentences
from bot.core.errors import SettingsError
from bot.core.language import Language, language_of
from bot.settings import Settings, variable
from bot.settings.values import known_zone

ENV = Path(".env")
PLATFORMS = {"telegram": ("telegram",), "slack": ("slack",), "both": ("telegram", "slack"),
             "none": ()}  # fmt: skip
TOKENS = {"telegram": ("telegram_bot_token",), "slack": ("slack_bot_token", "slack_app_token")}
ADDRESSES = ("telegram_api_base_url", "slack_api_base_url")
ANSWERS = ("platforms", *TOKENS["telegram"], *TOKENS["slack"], "language", "zone", "database")

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class _Roots:
    """Where the platforms are asked: theirs, or what the environment or the answers name."""

    telegram: str
    slack: str

    def verdict(self, name: str, token: str) -> Verdict:
        if name == "telegram_bot_token":
            return check_telegram(self.telegram, token)
        check = check_slack_bot if name == "slack_bot_token" else check_slack_app
        return check(self.slack, token)


@click.command()
@click.option(
    "--answers",
    type=click.File(encoding="utf-8"),
    help="Take the answers from a YAML file (- is standard input) and ask nothing.",
)
@click.option("--overwrite", is_flag=True, help="Replace a .env; the old one is kept beside it.")
@click.option("--lang", type=LANGUAGES, help="Language of the questions.")
@sentences
def init(answers: TextIO | None, overwrite: bool, lang: str | None) -> None:
    """Ask five questions, check each answer with the platform, and write .env for this user alone.

    Without a terminal: --answers FILE with platforms (telegram, slack, both, none),
    telegram_bot_token, slack_bot_token, slack_app_token, language, zone and database.
    """
    language = language_of(lang or environment_language()) or Language.EN
    say = partial(_say, language)
    if answers is not None:
        given = _read(answers.read())
        _refuse_existing(say, overwrite)
        values = _checked(say, given)
    elif not sys.stdin.isatty():
        raise SettingsError([say("init.no_terminal")])
    else:
        overwrite = overwrite or _may_begin(say)
        values = _asked(say)
    _write(say, values, overwrite)


def _say(language: Language, key: str, **values: str) -> str:
    return read_words().say(key, language, **values)


# --- with a terminal


def _may_begin(say: Say) -> bool:
    click.echo(say("init.greeting"))
    if not os.path.lexists(ENV):
        return False
    if not click.confirm(say("init.exists_ask"), default=False):
        click.echo(say("init.unchanged"))
        sys.exit(1)
    return True


def _asked(say: Say) -> dict[str, str]:
    values, roots = _addresses({}), _roots({})
    choice = click.prompt(f"1/5 {say('init.platforms')}", type=click.Choice(list(PLATFORMS)))
    click.echo(f"2/5 {say('init.tokens')}")
    for platform in PLATFORMS[choice]:
        click.echo(say("init.where_telegram" if platform == "telegram" else "init.where_slack"))
        for name in TOKENS[platform]:
            values[name] = _ask_secret(say, name, partial(roots.verdict, name))
    values["language"] = click.prompt(f"3/5 {say('init.language')}", type=LANGUAGES, default="en")
    values["zone"] = _ask_zone(say)
    click.echo(f"5/5 {say('init.database')}")
    values["database_url"] = _ask_secret(say, "database_url", _database, optional=True)
    return values


def _ask_secret(
    say: Say, name: str, check: Callable[[str], Verdict], *, optional: bool = False
) -> str:
    """Nothing typed here is shown, neither now nor in what is said of it."""
    while True:
        default = "" if optional else None
        typed = str(
            click.prompt(variable(name), hide_input=True, default=default, show_default=False)
        )
        value = typed.strip()
        if not value and optional:
            return ""
        verdict = check(value) if not (wrong := _unwritable(say, name, value)) else None
        click.echo(_told(say, name, verdict) if verdict else wrong)
        if verdict and not isinstance(verdict, Rejected):
            return value


def _ask_zone(say: Say) -> str:
    while True:
        typed = str(click.prompt(f"4/5 {say('init.zone')}", default="UTC"))
        try:
            return known_zone(typed.strip())
        except ValueError:
            click.echo(say("init.wrong_zone", zone=typed.strip()))


# --- without one


def _read(text: str) -> dict[str, str]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None  # the error would show the line, and a token may stand in it
    if not isinstance(found, dict):
        raise SettingsError(["--answers: write `question: answer` on each line, as YAML"])
    known = (*ANSWERS, *ADDRESSES)
    if unknown := [str(key) for key in found if key not in known]:
        raise SettingsError(
            [f"--answers: {key} is no question; there are {', '.join(known)}" for key in unknown]
        )
    return {key: str(value).strip() for key, value in found.items() if value is not None}


def _checked(say: Say, given: Mapping[str, str]) -> dict[str, str]:
    """The values to write. Raises SettingsError with all that is wrong, when nothing is written."""
    values, roots, wrong = _addresses(given), _roots(given), list[str]()
    if given.get("platforms") not in PLATFORMS:
        raise SettingsError([f"--answers: platforms: write one of {', '.join(PLATFORMS)}"])
    secrets = [n for p in PLATFORMS[given["platforms"]] for n in TOKENS[p]]
    values |= {name: given.get(name, "") for name in secrets}
    values["database_url"] = given.get("database", "")
    for name in (*secrets, "database_url"):
        wrong += _check_one(say, name, values[name], roots)
    values["language"] = given.get("language", "en")
    if values["language"] not in LANGUAGES.choices:
        wrong.append(f"--answers: language: write one of {', '.join(LANGUAGES.choices)}")
    try:
        values["zone"] = known_zone(given.get("zone", "UTC"))
    except ValueError:
        wrong.append(say("init.wrong_zone", zone=given["zone"]))
    if wrong:
        raise SettingsError(wrong)
    return values


def _check_one(say: Say, name: str, value: str, roots: _Roots) -> Iterator[str]:
    if not value and name == "database_url":
        return
    if problem := _unwritable(say, name, value):
        yield problem
        return
    verdict = _database(value) if name == "database_url" else roots.verdict(name, value)
    if isinstance(verdict, Rejected):
        yield _told(say, name, verdict)
    else:
        click.echo(_told(say, name, verdict))


# --- both


def _database(url: str) -> Verdict:
    return asyncio.run(check_database(url))


def _roots(given: Mapping[str, str]) -> _Roots:
    found = _addresses(given)
    plain = {name: str(Settings.model_fields[name].default) for name in ADDRESSES}
    return _Roots(*({**plain, **found}[name] for name in ADDRESSES))


def _addresses(given: Mapping[str, str]) -> dict[str, str]:
    """Addresses that are not the platforms' own: a Bot API server of one's own, a stand-in."""
    found = {n: given.get(n) or os.environ.get(variable(n), "") for n in ADDRESSES}
    return {name: address for name, address in found.items() if address}


def _told(say: Say, name: str, verdict: Verdict) -> str:
    match verdict:
        case Accepted(who):
            return say("init.accepted", name=variable(name), who=who)
        case Rejected("shape"):
            return say("init.wrong_shape", name=variable(name))
        case Rejected(why):
            return say("init.rejected", name=variable(name), why=why)
        case Unreachable(why):
            return say("init.unreachable", name=variable(name), why=why)
        case other:
            assert_never(other)


def _unwritable(say: Say, name: str, value: str) -> str:
    """What a line of `.env` cannot hold for each of its readers; '' when there is nothing."""
    strange = not value or not value.isprintable() or set(value) & set("'\"\\$`# ")
    return say("init.unwritable", name=variable(name)) if strange else ""


def _refuse_existing(say: Say, overwrite: bool) -> None:
    if os.path.lexists(ENV) and not overwrite:
        raise SettingsError([say("init.exists")])


def _write(say: Say, values: Mapping[str, str], overwrite: bool) -> None:
    """All or nothing; a `.env` that appeared meanwhile is not touched either."""
    part = ENV.with_name(f".env.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w",
                       encoding="utf-8") as file:  # fmt: skip
            file.write(_filled(values))
        kept = _set_aside() if overwrite and os.path.lexists(ENV) else None
        os.link(part, ENV)
    except FileExistsError:
        raise SettingsError([say("init.exists")]) from None
    except OSError as error:
        raise SettingsError([say("init.not_written", why=error.strerror or "")]) from None
    finally:
        part.unlink(missing_ok=True)
    if kept:
        click.echo(say("init.kept", file=str(kept)))
    for name in values:
        if values[name] and os.environ.get(variable(name), values[name]) != values[name]:
            click.echo(say("init.shadowed", name=variable(name)))
    click.echo(say("init.written"))


def _set_aside() -> Path:
    kept = ENV.with_name(f".env.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    if os.path.lexists(kept):
        raise FileExistsError(kept)
    ENV.replace(kept)
    if not kept.is_symlink():
        kept.chmod(0o600)
    return kept


def _filled(values: Mapping[str, str]) -> str:
    """`config/env.example` with the secrets in their places, and what is no secret below."""
    text = (folder("config") / "env.example").read_text(encoding="utf-8")
    rest = ["", "# --- Chosen with `aiwork init`; all other settings: docs/settings.md"]
    for name, value in values.items():
        line = f"{variable(name)}={value}"
        pattern = re.compile(rf"^{variable(name)}=$", re.MULTILINE)
        if pattern.search(text):
            text = pattern.sub(lambda _, line=line: line, text)  # type: ignore[misc]
        elif value:
            rest.append(line)
    return text + "\n".join(rest) + "\n"
