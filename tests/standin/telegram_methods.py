"""The Bot API's methods, over the stand-in's own state."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.standin import telegram_rules as rules
from tests.standin.telegram_html import Parsed
from tests.standin.telegram_people import BOT, DATE, as_member
from tests.standin.telegram_rules import Refusal, bad

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@dataclass(slots=True)
class Room:
    """A chat as Telegram sees it. `refusal` is what every send to it gets."""

    id: int
    type: str = "private"
    title: str | None = None
    username: str | None = None
    members: dict[int, dict[str, Any]] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    closed_topics: set[int] = field(default_factory=set)
    refusal: Refusal | None = None
    hang: asyncio.Event | None = None

    def as_json(self) -> dict[str, Any]:
        names = {"title": self.title, "username": self.username}
        if self.type == "private":
            names["first_name"] = f"Person {self.id}"
        return {"id": self.id, "type": self.type} | {k: v for k, v in names.items() if v}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the bot sent, or the state of one that it edited."""

    id: int
    chat: int
    parsed: Parsed
    markup: dict[str, Any] | None
    thread: int | None = None
    silent: bool = False
    reply_to: int | None = None
    document: str = ""
    """The name of a file; `text` is what is in it."""

    @property
    def text(self) -> str:
        return self.parsed.text

    def as_json(self, room: Room) -> dict[str, Any]:
        chat, text = room.as_json(), self.text
        return {"message_id": self.id, "date": DATE, "from": BOT, "chat": chat, "text": text}

    @property
    def buttons(self) -> dict[str, str]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return {b["text"]: b.get("callback_data") or b["url"] for row in rows for b in row}


class Methods:
    """State and methods; `telegram.Standin` serves them over HTTP."""

    def __init__(self, *, group_limit: int | None = None) -> None:
        self.rooms: dict[int, Room] = {}
        self.sent: list[Sent] = []
        self.edits: list[Sent] = []
        self.alerts: dict[str, str] = {}
        self.inline: dict[str, dict[str, Any]] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.webhook: dict[str, Any] | None = None
        self.webhook_trouble: dict[str, Any] = {}
        self.confirmed = 0
        self._updates: deque[dict[str, Any]] = deque()
        self._next = {"update": 1, "message": 1000}
        self._open_queries: set[str] = set()
        self._group_limit = group_limit
        self._changed = asyncio.Condition()
        self._poll = 0
        self._down = False

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _getMe(self) -> dict[str, Any]:  # noqa: N802
        return {**BOT, "can_join_groups": True, "supports_inline_queries": True}

    async def _getUpdates(  # noqa: N802
        self,
        offset: int = 0,
        limit: int = 100,
        timeout: int = 0,  # noqa: ASYNC109  Telegram's own name for it
        allowed_updates: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if not 1 <= limit <= 100 or timeout > 50 or not allowed_updates:
            raise bad("limit, timeout or allowed_updates out of bounds")
        while self._updates and self._updates[0]["update_id"] < offset:
            self.confirmed = self._updates.popleft()["update_id"]
        self._poll += 1
        mine = self._poll
        await self._tell()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(
                    lambda: self._updates or self._poll != mine or self._down
                )
        if self._poll != mine:
            raise Refusal(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return list(self._updates)[:limit]

    async def _setWebhook(  # noqa: N802
        self, url: str, secret_token: str = "", **more: Any
    ) -> bool:
        if not url.startswith(("https://", "http://127.0.0.1")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {"url": url, "secret_token": secret_token, **more}
        return True

    async def _getWebhookInfo(self) -> dict[str, Any]:  # noqa: N802
        url = self.webhook["url"] if self.webhook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": 0} | (
            self.webhook_trouble
        )

    async def _deleteWebhook(self, drop_pending_updates: bool = False) -> bool:  # noqa: N802
        assert not drop_pending_updates, "updates would be lost"
        self.webhook = None
        return True

    async def _sendMessage(  # noqa: N802
        self,
        chat_id: int | str,
        text: str = "",
        parse_mode: str | None = None,
        message_thread_id: int | None = None,
        reply_parameters: dict[str, Any] | None = None,
        reply_markup: dict[str, Any] | None = None,
        link_preview_options: dict[str, Any] | None = None,
        disable_notification: bool = False,
    ) -> dict[str, Any]:
        room = await self._writable(chat_id, message_thread_id)
        parsed = rules.check_text(text, parse_mode)
        rules.check_markup(reply_markup, private=room.type == "private")
        self._next["message"] += 1
        sent = Sent(
            self._next["message"],
            room.id,
            parsed,
            reply_markup,
            message_thread_id,
            disable_notification,
            (reply_parameters or {}).get("message_id"),
        )
        self.sent.append(sent)
        return sent.as_json(room)

    async def _sendDocument(  # noqa: N802
        self, chat_id: int | str, document: str = "", message_thread_id: int | None = None
    ) -> dict[str, Any]:
        room = await self._writable(chat_id, message_thread_id)
        self._next["message"] += 1
        name, _, text = document.partition("\n")
        sent = Sent(
            self._next["message"], room.id, Parsed(text), None, message_thread_id, document=name
        )
        self.sent.append(sent)
        return sent.as_json(room)

    async def _writable(self, chat_id: int | str, thread: int | None) -> Room:
        room = self._known(chat_id)
        if room.hang:
            await room.hang.wait()
        if room.refusal:
            raise room.refusal
        if thread and thread in room.closed_topics:
            raise bad("TOPIC_CLOSED")
        if thread and thread not in room.topics:
            raise bad("message thread not found")
        bot = room.members.get(4242, {})
        if room.type == "channel" and not bot.get("can_post_messages"):
            raise bad("need administrator rights in the channel chat")
        count = sum(sent.chat == room.id for sent in self.sent)
        if room.type != "private" and self._group_limit and count >= self._group_limit:
            raise Refusal(429, "Too Many Requests: retry after 37", retry_after=37)
        return room

    def _known(self, chat_id: int | str) -> Room:
        for room in self.rooms.values():
            if chat_id in (room.id, f"@{room.username}"):
                return room
        raise bad("chat not found")

    async def _editMessageText(  # noqa: N802
        self,
        text: str,
        chat_id: int | None = None,
        message_id: int | None = None,
        inline_message_id: str | None = None,
        parse_mode: str | None = None,
        reply_markup: dict[str, Any] | None = None,
        link_preview_options: dict[str, Any] | None = None,
    ) -> dict[str, Any] | bool:
        parsed = rules.check_text(text, parse_mode)
        rules.check_markup(reply_markup, private=True)
        if inline_message_id:
            self.edits.append(Sent(0, 0, parsed, reply_markup))
            return True
        room = await self._writable(chat_id or 0, None)
        old = [s for s in (*self.sent, *self.edits) if (s.chat, s.id) == (room.id, message_id)]
        if not old:
            raise bad("message to edit not found")
        if (old[-1].parsed, old[-1].markup) == (parsed, reply_markup):
            raise bad(SAME)
        self.edits.append(Sent(old[-1].id, room.id, parsed, reply_markup))
        return self.edits[-1].as_json(room)

    async def _answerCallbackQuery(  # noqa: N802
        self, callback_query_id: str, text: str = "", show_alert: bool = False
    ) -> bool:
        self._answer_query(callback_query_id)
        if len(text) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.alerts[callback_query_id] = text
        return True

    async def _answerInlineQuery(  # noqa: N802
        self, inline_query_id: str, results: list[dict[str, Any]], **more: Any
    ) -> bool:
        rules.check_results(results)
        rules.check_start_parameter(more.get("button"))
        if len(more.get("next_offset", "").encode()) > 64 or not more.get("is_personal"):
            raise bad("NEXT_OFFSET_INVALID")
        self._answer_query(inline_query_id)
        self.inline[inline_query_id] = {"results": results, **more}
        return True

    def _answer_query(self, query: str) -> None:
        if query not in self._open_queries:
            raise bad(TOO_OLD)
        self._open_queries.discard(query)

    async def _setMyCommands(  # noqa: N802
        self,
        commands: list[dict[str, str]],
        scope: dict[str, str] | None = None,
        language_code: str = "",
    ) -> bool:
        rules.check_commands(commands, language_code)
        self.commands[(scope or {"type": "default"})["type"], language_code] = commands
        return True

    async def _getMyCommands(  # noqa: N802
        self, scope: dict[str, str] | None = None, language_code: str = ""
    ) -> list[dict[str, str]]:
        return self.commands.get(((scope or {"type": "default"})["type"], language_code), [])

    async def _getChat(self, chat_id: int | str) -> dict[str, Any]:  # noqa: N802
        room = self._known(chat_id)
        return {**room.as_json(), "accent_color_id": 0, "max_reaction_count": 11} | {
            "accepted_gift_types": dict.fromkeys(
                (
                    "unlimited_gifts",
                    "limited_gifts",
                    "unique_gifts",
                    "premium_subscription",
                    "gifts_from_channels",
                ),
                False,
            )
        }

    async def _getChatMember(self, chat_id: int | str, user_id: int) -> dict[str, Any]:  # noqa: N802
        member = self._known(chat_id).members.get(user_id, {"status": "left"})
        return as_member(user_id, member)

    async def _getChatAdministrators(  # noqa: N802
        self, chat_id: int | str
    ) -> list[dict[str, Any]]:
        members = self._known(chat_id).members.items()
        ranks = ("creator", "administrator")
        return [as_member(user, member) for user, member in members if member["status"] in ranks]
