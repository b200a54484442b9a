"""What the Bot API refuses, in its own words; pure checks on parameters."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.standin.telegram_html import CannotParse, Parsed, parse_html


class Refusal(Exception):
    """An error answer: HTTP status, description, response parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


_TYPES: dict[str, dict[str, str]] = {
    "getMe": {},
    "getWebhookInfo": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "json"},
    "setWebhook": {
        "url": "str",
        "secret_token": "str",
        "allowed_updates": "json",
        "max_connections": "int",
        "drop_pending_updates": "bool",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "sendMessage": {
        "chat_id": "chat",
        "text": "str",
        "parse_mode": "str",
        "message_thread_id": "int",
        "reply_parameters": "json",
        "reply_markup": "json",
        "link_preview_options": "json",
        "disable_notification": "bool",
    },
    "sendDocument": {
        "chat_id": "chat",
        "document": "file",
        "message_thread_id": "int",
    },
    "editMessageText": {
        "chat_id": "chat",
        "message_id": "int",
        "inline_message_id": "str",
        "text": "str",
        "parse_mode": "str",
        "reply_markup": "json",
        "link_preview_options": "json",
    },
    "answerCallbackQuery": {"callback_query_id": "str", "text": "str", "show_alert": "bool"},
    "answerInlineQuery": {
        "inline_query_id": "str",
        "results": "json",
        "cache_time": "int",
        "is_personal": "bool",
        "next_offset": "str",
        "button": "json",
    },
    "setMyCommands": {"commands": "json", "scope": "json", "language_code": "str"},
    "getMyCommands": {"scope": "json", "language_code": "str"},
    "getChat": {"chat_id": "chat"},
    "getChatMember": {"chat_id": "chat", "user_id": "int"},
    "getChatAdministrators": {"chat_id": "chat"},
}


def read_parameters(method: str, given: dict[str, str]) -> dict[str, Any]:
    """The parameters in their types. Unknown methods are 404, unknown parameters 400 (the real
    server passes over them, which hides typing errors)."""
    if method not in _TYPES:
        raise Refusal(404, "Not Found: method not found")
    types = _TYPES[method]
    if unknown := sorted(set(given) - set(types)):
        raise bad(f"unknown parameters {unknown}")
    return {key: _typed(key, types[key], value) for key, value in given.items()}


def _typed(key: str, kind: str, value: str) -> Any:
    try:
        match kind:
            case "int":
                return int(value)
            case "bool":
                return {"true": True, "false": False}[value.lower()]
            case "json":
                return json.loads(value)
            case "chat":
                return value if value.startswith("@") else int(value)
    except (ValueError, KeyError):
        raise bad(f"can't parse {key}") from None
    return value


def check_text(text: str | None, parse_mode: str | None) -> Parsed:
    if not text:
        raise bad("message text is empty")
    if len(text.encode()) > 32_768:
        raise bad("message is too long")
    if parse_mode not in (None, "HTML"):
        raise bad("unsupported parse_mode")
    try:
        parsed = parse_html(text) if parse_mode else Parsed(text.strip())
    except CannotParse as error:
        raise bad(f"can't parse entities: {error}") from None
    if not parsed.text:
        raise bad("text must be non-empty")
    if len(parsed.text) > 4096:
        raise bad("message is too long")
    return parsed


def check_markup(markup: dict[str, Any] | None, *, private: bool) -> None:
    if markup is None:
        return
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_reply_keyboard(markup["keyboard"], private=private)
    elif not markup.get("remove_keyboard"):
        raise bad("object expected as reply markup")


def _check_inline(rows: list[list[dict[str, Any]]]) -> None:
    if sum(map(len, rows)) > 100 or any(len(row) > 8 or not row for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if set(button) - {"text", "callback_data", "url"} or not button.get("text", "").strip():
            raise bad("can't parse inline keyboard button: Text buttons are not allowed")
        if ("callback_data" in button) == ("url" in button):
            raise bad("can't parse inline keyboard button: exactly one action is allowed")
        if "url" in button and not is_http_url(button["url"]):
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")


def _check_reply_keyboard(rows: list[list[dict[str, Any]]], *, private: bool) -> None:
    asked = [b["request_chat"] for row in rows for b in row if "request_chat" in b]
    if asked and not private:
        raise bad("chat request buttons are available in private chats only")
    ids = [request["request_id"] for request in asked]
    if len(set(ids)) < len(ids) or not all(-(2**31) <= i < 2**31 for i in ids):
        raise bad("BUTTON_INVALID: request_id")
    for request in asked:
        ours, theirs = (
            request.get("bot_administrator_rights", {}),
            request.get("user_administrator_rights", {}),
        )
        if any(ours.get(right) and not theirs.get(right) for right in ours):
            raise bad("bot_administrator_rights must be a subset of user_administrator_rights")


def is_http_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in url


def check_results(results: list[dict[str, Any]]) -> None:
    if len(results) > 50:
        raise bad("RESULTS_TOO_MUCH")
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    for result in results:
        if not 1 <= len(result["id"].encode()) <= 64:
            raise bad("RESULT_ID_INVALID")
        if result["type"] != "article" or not result.get("title"):
            raise bad("ARTICLE_TITLE_EMPTY")
        content = result["input_message_content"]
        check_text(content["message_text"], content.get("parse_mode"))
        check_markup(result.get("reply_markup"), private=False)


def check_commands(commands: list[dict[str, str]], language: str) -> None:
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad("LANG_CODE_INVALID: invalid language code specified")
    for one in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def check_start_parameter(button: dict[str, Any] | None) -> None:
    if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
        raise bad("START_PARAM_INVALID")
