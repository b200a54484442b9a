"""The settings of this process: read, held against each other, shown."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import AliasChoices, SecretStr, ValidationError

from bot.core.errors import SettingsError
from bot.settings.settings import DEFAULTS, LOCAL, Settings
from bot.settings.unknown import names_in, unknown_keys, unknown_variables
from bot.settings.values import chats, is_telegram_token, wrong_value


def read_settings(**given: Any) -> Settings:
    """The settings of this process. Raises SettingsError with every wrong value at once; the
    sentences name variables, never what they hold."""
    if unreadable := [
        said for path in (Path(".env"), LOCAL, DEFAULTS) if (said := _unreadable(path))
    ]:
        raise SettingsError(unreadable)
    if unknown := list(_unknown()):
        raise SettingsError(unknown)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError([_sentence(dict(problem)) for problem in error.errors()]) from None
    if apart := list(_what_does_not_fit(settings)):
        raise SettingsError(apart)
    return settings


def _unknown() -> Iterator[str]:
    """What is set and is no setting, wherever it is set."""
    names = set(Settings.model_fields)
    variables = {variable(name) for name in names}
    yield from unknown_variables(os.environ, variables, "the environment")
    if Path(".env").is_file():
        yield from unknown_variables(names_in(Path(".env")), variables, ".env")
    secrets = {n for n in names if "SecretStr" in str(Settings.model_fields[n].annotation)}
    secrets |= {variable(name).lower() for name in secrets}
    aliases = {variable(name).lower() for name in names if not _is_ours(name)}
    for path in (LOCAL, DEFAULTS):
        if path.is_file():
            yield from unknown_keys(path, names | aliases, secrets)


def _is_ours(name: str) -> bool:
    return variable(name).startswith("AIWORK_")


def _what_does_not_fit(settings: Settings) -> Iterator[str]:
    """Values that are right by themselves and mean nothing together."""
    if settings.slack_app_token and not settings.slack_bot_token:
        yield (
            "SLACK_BOT_TOKEN is missing beside SLACK_APP_TOKEN: copy it (xoxb-…) from the app's "
            "page OAuth & Permissions"
        )
    if settings.slack_client_id and settings.slack_mode != "http":
        yield (
            "SLACK_CLIENT_ID serves many workspaces, over HTTP alone: set SLACK_MODE=http, or take"
            " it out"
        )
    yield from _operators_out_of_reach(settings)
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    if settings.backup_dir and url.startswith("postgres"):
        yield (
            "AIWORK_BACKUP_DIR is for SQLite, and DATABASE_URL names a PostgreSQL: back that up"
            " with pg_dump, and take AIWORK_BACKUP_DIR out"
        )
    if settings.content_url and not settings.content_key:
        yield (
            "AIWORK_CONTENT_KEY is missing beside AIWORK_CONTENT_URL: it is the key that"
            " `content publish` signs with"
        )
    token = settings.telegram_bot_token
    if token and not is_telegram_token(token.get_secret_value()):
        yield (
            "TELEGRAM_BOT_TOKEN has not the shape of a token: copy all of what @BotFather sent,"
            " digits, a colon and 35 characters"
        )


def _operators_out_of_reach(settings: Settings) -> Iterator[str]:
    for one in chats(settings.operators):
        if one.platform not in settings.platforms:
            yield (
                f"AIWORK_OPERATORS names {one.platform}, whose token is not set: set it, or take"
                f" {one} out"
            )
        elif one.platform == "slack" and not one.workspace and not settings.slack_bot_token:
            yield (
                "AIWORK_OPERATORS: of an app for many workspaces say which one, such as"
                f" slack:T024BE7LD/{one.room}"
            )


def variable(name: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[name].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"AIWORK_{name.upper()}"


def origin(name: str, environment: Mapping[str, str]) -> str:
    """Where a setting's value comes from."""
    if environment.get(variable(name)):
        return "environment"
    for path in (Path(".env"), LOCAL, DEFAULTS):
        if path.is_file() and _mentions(path, name):
            return str(path)
    return "built in"


def shown(settings: Settings, name: str) -> str:
    """The value as `aiwork config` prints it: a secret only says that it is set."""
    value = getattr(settings, name)
    if isinstance(value, SecretStr):
        return "(set)"
    return "" if value is None else str(value)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret that is set, for the log to hide; each key of a list by itself."""
    held = (getattr(settings, name) for name in Settings.model_fields)
    values = (value.get_secret_value() for value in held if isinstance(value, SecretStr))
    return tuple(part for value in values for part in value.split(",") if part)


def _unreadable(path: Path) -> str:
    """What is wrong with a file of settings as a file; '' when nothing is."""
    if not path.is_file():
        return ""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{path} is not in UTF-8: save it as UTF-8 (in Notepad: Save as, Encoding)"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}): give this user the right to read it"
    return _malformed(path, text) if path.suffix == ".yaml" else ""


def _malformed(path: Path, text: str) -> str:
    try:
        found = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        return f"{path}{where}: this is no YAML; write `setting: value`, and spaces instead of tabs"
    if found is None or isinstance(found, dict):
        return ""
    return f"{path}: write `setting: value` on each line, not a list or a text"


def _mentions(path: Path, name: str) -> bool:
    words = (variable(name), name)
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(
        line.lstrip().startswith(tuple(f"{w}{s}" for w in words for s in "=:")) for line in lines
    )


def _sentence(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0])
    field = next(
        (f for f in Settings.model_fields if name.lower() in (f, variable(f).lower())), name
    )
    told = variable(field) if field in Settings.model_fields else name
    return f"{told}: {wrong_value(problem)}"
