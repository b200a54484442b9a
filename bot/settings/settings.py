"""Every setting: name, type, default, one sentence. The only place that reads the environment.

Order of precedence: environment, `.env`, `config/local.yaml`, `config/default.yaml`. Secrets come
from the environment (or `.env`) alone and are never printed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from bot.settings.values import (
    chats,
    https_address,
    known_zone,
    long_tokens,
    people_or_roles,
    web_address,
)

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
    content_url: str | None = Field(
        None,
        description="Address of an archive of `content publish`, its signature beside it (.sig):"
        " serve that instead of a folder, and take up each new edition.",
    )
    content_key: SecretStr | None = Field(
        None,
        description="Signs what `content publish` makes, and tells it from forgeries; 16 characters"
        " or more.",
    )
    content_every: int = Field(
        300, ge=10, description="Seconds between two looks at AIWORK_CONTENT_URL."
    )
    content_private: bool = Field(
        False, description="Whether AIWORK_CONTENT_URL may lead to an address inside a network."
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias=_env("DATABASE_URL"),
        description="PostgreSQL address; without it a SQLite file in the data folder.",
    )
    backup_dir: Path | None = Field(
        None,
        description="Folder of daily backups of the SQLite database, of which the seven newest"
        " stay; without it none are made.",
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
    fetch: bool = Field(
        True, description="Whether `aiwork content import` may read pages from the web."
    )
    limit_mcp: int = Field(
        60, ge=0, description="Calls of one MCP token a minute, half of them at once; 0: no limit."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least serious event that is logged."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="auto is text on a terminal and JSON elsewhere."
    )
    operators: str = Field(
        "",
        description="Chats that are told when something needs a person, with commas:"
        " telegram:123, slack:C042 (of several workspaces slack:T0/C042).",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Encrypts stored Slack tokens; several keys with commas, newest first.",
    )
    mcp_tokens: SecretStr | None = Field(
        None,
        description="Serves the library at /mcp to callers with one of these tokens (commas"
        " between, 16 characters or more each); without it there is no /mcp.",
    )
    public_url: str | None = Field(
        None,
        description="Address at which the web role is reached: install pages, the reading room, and"
        " the links that Share gives; without it there is no reading room.",
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
    def _zone_is_known(cls, zone: str) -> str:
        return known_zone(zone)

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @field_validator("slack_managers")
    @classmethod
    def _managers_are_people(cls, managers: str) -> str:
        return people_or_roles(managers)

    @field_validator("operators")
    @classmethod
    def _operators_are_chats(cls, operators: str) -> str:
        chats(operators)
        return operators

    @field_validator("public_url", "telegram_webhook_url")
    @classmethod
    def _address_is_public(cls, address: str | None) -> str | None:
        return address and https_address(address)

    @field_validator("content_url")
    @classmethod
    def _content_is_of_the_web(cls, address: str | None) -> str | None:
        return address and web_address(address)

    @field_validator("mcp_tokens", "content_key")
    @classmethod
    def _long_tokens(cls, tokens: SecretStr | None) -> SecretStr | None:
        if tokens:
            long_tokens(tokens.get_secret_value())
        return tokens

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
