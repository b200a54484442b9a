"""Every setting: name, type, default, one sentence. The only place that reads the environment.

Order of precedence: environment, `.env`, `config/local.yaml`, `config/default.yaml`. Secrets come
from the environment (or `.env`) alone and are never printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from bot.core.errors import SettingsError

DEFAULTS = Path("config/default.yaml")
LOCAL = Path("config/local.yaml")


def _env(name: str) -> AliasChoices:
    """Platform variables keep the names that operators and hosting services know."""
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """What an operator may set. Everything has a default; with none set, the bot is a chat in the
    terminal on the content of this folder."""

    model_config = SettingsConfigDict(
        env_prefix="AIWORK_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # --- this installation
    data_dir: Path = Field(Path("data"), description="Folder of the database, caches and locks.")
    content_dir: Path | None = Field(
        None,
        description="Folder of the YAML content; without it ./content, else the packaged copy.",
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=_env("DATABASE_URL"),
        description="PostgreSQL address; without it a SQLite file in the data folder.",
    )
    language: Literal["en", "zh-Hans", "zh-Hant", "both"] = Field(
        "en", description="Language where neither the chat nor the platform names one."
    )
    zone: str = Field("UTC", description="IANA time zone of digests where nobody gave one.")
    unknown_outcome: Literal["resend", "leave"] = Field(
        "resend",
        description="A digest that may or may not have arrived: send it once more, or leave it.",
    )
    sqlite_synchronous: Literal["NORMAL", "FULL"] = Field(
        "NORMAL", description="FULL survives a power cut too, and costs 4 to 8 % of the speed."
    )
    allow_network_folder: bool = Field(
        False, description="Accept a data folder on a network file system, where locks may lie."
    )
    limit_person: int = Field(
        30, ge=0, description="Requests of one person a minute, half of them at once; 0: no limit."
    )
    limit_room: int = Field(
        120,
        ge=0,
        description="Requests out of one room a minute, half of them at once; 0: no limit.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least serious event that is logged."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="auto is text on a terminal and JSON elsewhere."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Encrypts stored Slack tokens; several keys with commas, newest first.",
    )
    public_url: str | None = Field(
        None, description="Address at which the web role is reached, for install pages."
    )
    port: int | None = Field(
        None,
        ge=0,
        le=65535,
        validation_alias=_env("PORT"),
        description="HTTP port; 0 picks one. Without it 8080 where HTTP is needed, else no HTTP.",
    )

    # --- Slack
    slack_bot_token: SecretStr | None = Field(
        None, validation_alias=_env("SLACK_BOT_TOKEN"), description="xoxb-… of one workspace."
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias=_env("SLACK_APP_TOKEN"), description="xapp-… for Socket Mode."
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        validation_alias=_env("SLACK_SIGNING_SECRET"),
        description="Verifies requests in HTTP mode.",
    )
    slack_client_id: str | None = Field(
        None, validation_alias=_env("SLACK_CLIENT_ID"), description="OAuth, for many workspaces."
    )
    slack_client_secret: SecretStr | None = Field(
        None, validation_alias=_env("SLACK_CLIENT_SECRET"), description="OAuth secret."
    )
    slack_mode: Literal["socket", "http"] = Field(
        "socket",
        validation_alias=_env("SLACK_MODE"),
        description="socket needs no public address; http serves many workspaces.",
    )
    slack_api_base_url: str = Field(
        "https://slack.com/api/",
        validation_alias=_env("SLACK_API_BASE_URL"),
        description="Root of Slack's Web API.",
    )
    slack_authorize_url: str = Field(
        "https://slack.com/oauth/v2/authorize",
        validation_alias=_env("SLACK_AUTHORIZE_URL"),
        description="Where the install page sends people.",
    )
    slack_managers: str = Field(
        "anyone",
        description="Who may change a channel's settings: anyone, admins, or user ids with commas"
        " (of several workspaces each behind its own: T0/U0).",
    )

    # --- Telegram
    telegram_bot_token: SecretStr | None = Field(
        None, validation_alias=_env("TELEGRAM_BOT_TOKEN"), description="Token from @BotFather."
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling",
        validation_alias=_env("TELEGRAM_MODE"),
        description="polling needs no public address.",
    )
    telegram_api_base_url: str = Field(
        "https://api.telegram.org",
        validation_alias=_env("TELEGRAM_API_BASE_URL"),
        description="Root of the Bot API; the bot adds /bot and /file/bot.",
    )
    telegram_webhook_url: str | None = Field(
        None,
        validation_alias=_env("TELEGRAM_WEBHOOK_URL"),
        description="Public https address of the webhook route.",
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None,
        validation_alias=_env("TELEGRAM_WEBHOOK_SECRET"),
        description="1 to 256 of A-Z a-z 0-9 _ -; Telegram sends it with every update.",
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        from zoneinfo import available_timezones

        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is not an IANA time zone; write one such as Asia/Shanghai")
        return zone

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order of precedence, first one wins; YAML files may not hold secrets."""
        files = (YamlConfigSettingsSource(settings_cls, path) for path in (LOCAL, DEFAULTS))
        return (init_settings, env_settings, dotenv_settings, *files)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms whose tokens are present."""
        slack = self.slack_bot_token or (self.slack_client_id and self.slack_mode == "http")
        named = (("slack", slack), ("telegram", self.telegram_bot_token))
        return tuple(name for name, token in named if token)


def read_settings(**given: Any) -> Settings:
    """The settings of this process. Raises SettingsError with every wrong value at once; the
    sentences name variables, never what they hold."""
    if unreadable := [
        said for path in (Path(".env"), LOCAL, DEFAULTS) if (said := _unreadable(path))
    ]:
        raise SettingsError(unreadable)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError([_sentence(dict(problem)) for problem in error.errors()]) from None
    if settings.slack_app_token and not settings.slack_bot_token:
        raise SettingsError(
            ["SLACK_BOT_TOKEN is missing beside SLACK_APP_TOKEN: copy it (xoxb-…) from the app's "
             "page OAuth & Permissions"]
        )  # fmt: skip
    return settings


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
    return f"{variable(field) if field in Settings.model_fields else name}: {problem['msg']}"
