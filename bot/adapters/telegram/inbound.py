"""An update as an event: pure, and the only place that reads Telegram's objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    InlineQuery,
    Message,
    Update,
    User,
)
from telegram.constants import ChatType

from bot.adapters.common.events import (
    Asked,
    Chose,
    Event,
    Joined,
    Left,
    Migrated,
    Pressed,
    Returned,
    Searched,
)
from bot.adapters.common.receiver import Payload
from bot.adapters.telegram.deep_links import started_with
from bot.adapters.telegram.targets import Target
from bot.core.address import Address
from bot.core.command import Command, Person, RoomKind
from bot.core.command_line import MAX_TYPED, CommandLine, parse
from bot.core.language import language_of

PLATFORM = "telegram"

ALLOWED = ["message", "callback_query", "inline_query", "my_chat_member"]
"""What is asked of Telegram, explicitly: unset means "as last time". `my_chat_member` tells of
blocking and kicking; edits are left out, since an edited command is not a new one."""


MAX_RESULTS = 50
"""Results in one answer to an inline search: as many as Telegram takes."""

_NAMED = re.compile(r"\s*/([^\s@/]+)@([A-Za-z0-9_]+)")
"""`/quote@ourbot`, as groups with several bots have it."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is. `verbs` are all names of commands: in a group, where other bots listen too,
    an unknown `/word` without our name is not ours. `chosen` is the line that stands for a choice
    of a room: the request's number and the room's id in, `None` when nobody remembers."""

    id: int
    username: str
    verbs: Collection[str]
    chosen: Callable[[int, str], CommandLine | None] = lambda request, room: None


def read(raw: Payload, me: Me) -> Event[Target] | None:
    """What happened; `None` for what does not concern the bot. Raises what the SDK raises for
    an update that it cannot read."""
    event = f"{PLATFORM}:{raw['update_id']}"
    if "my_chat_member" in raw:
        return _membership(raw["my_chat_member"], event)
    update = Update.de_json({**raw, **_press_with_chat_instance(raw)})
    if update.message:
        return _message(update.message, me, event)
    if update.callback_query:
        return _press(update.callback_query, me, event)
    if update.inline_query:
        return _search(update.inline_query, event)
    return None


def _press_with_chat_instance(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The SDK insists on a field that is of no use here and that other servers leave out."""
    press = raw.get("callback_query")
    return {"callback_query": {"chat_instance": "", **press}} if press else {}


def _message(
    message: Message, me: Me, event: str
) -> Asked[Target] | Chose[Target] | Migrated | None:
    if message.migrate_to_chat_id:
        return Migrated(_room(message.chat.id), _room(message.migrate_to_chat_id))
    if message.migrate_from_chat_id:
        return Migrated(_room(message.migrate_from_chat_id), _room(message.chat.id))
    asker = _asker(message)
    if asker is None or (message.via_bot and message.via_bot.id == me.id):
        return None
    if message.chat_shared:
        room = _room(message.chat_shared.chat_id)
        line = me.chosen(message.chat_shared.request_id, room.room)
        command = _command(line or CommandLine(""), asker, message, event)
        return Chose(command, _target(message), room, stale=line is None)
    text = _addressed(message, me) or _wordless(message)
    if text is None:
        return None
    line = started_with(parse(text), me.verbs)
    return Asked(
        _command(line, asker, message, event, too_long=len(text) > MAX_TYPED), _target(message)
    )


def _asker(message: Message) -> Person | None:
    """The person; an anonymous administrator or a channel speaks as a chat. Bots do not ask."""
    if message.is_automatic_forward:
        return None
    if message.sender_chat:
        return Person(str(message.sender_chat.id))
    user = message.from_user
    return None if user is None or user.is_bot else _person(user)


def _person(user: User) -> Person:
    return Person(str(user.id), _room(user.id))


def _addressed(message: Message, me: Me) -> str | None:
    """The text without whom it is addressed to; `None` when it is not meant for us.

    In a private chat all is; in groups commands, replies to the bot, and mentions.
    """
    text = message.text or message.caption
    if not text:
        return None
    if named := _NAMED.match(text):
        ours = named[2].lower() == me.username.lower()
        return f"/{named[1]}{text[named.end() :]}" if ours else None
    mentioned = _without_mention(text, me)
    if mentioned is not None:
        return mentioned
    if message.chat.type == ChatType.PRIVATE or _replies_to_us(message, me):
        return text
    return text if text.startswith("/") and parse(text).verb in me.verbs else None


def _wordless(message: Message) -> str | None:
    """What a message without words is in a private chat, as a line: a place, or nothing that can
    be read (a sticker, a voice, a photo). Elsewhere, and for service messages, nothing."""
    if message.chat.type != ChatType.PRIVATE or message.text or message.caption:
        return None
    if place := message.location or (message.venue and message.venue.location):
        return f"location {place.latitude:.2f},{place.longitude:.2f}"
    return "wordless" if message.effective_attachment or message.dice else None


def _without_mention(text: str, me: Me) -> str | None:
    ours = re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(me.username)}(?![A-Za-z0-9_])", re.IGNORECASE)
    return ours.sub(" ", text).strip(" ,，:：、;；\n") if ours.search(text) else None


def _replies_to_us(message: Message, me: Me) -> bool:
    """In a topic every message "replies" to the service message that opened the topic."""
    to = message.reply_to_message
    if to is None or to.forum_topic_created or to.from_user is None:
        return False
    return to.from_user.id == me.id


def _command(
    line: CommandLine, asker: Person, message: Message, event: str, *, too_long: bool = False
) -> Command:
    user = message.from_user if not message.sender_chat else None
    return Command(
        line,
        asker,
        _at(message),
        _kind(message.chat),
        _language(user),
        event,
        too_long=too_long,
    )


def _press(press: CallbackQuery, me: Me, event: str) -> Pressed[Target]:
    line = parse(press.data or "")
    at, kind, target = _pressed_in(press)
    if kind in (RoomKind.CHANNEL, RoomKind.INLINE):
        # Anybody may press there, and an answer in the room would go to all.
        target = replace(target, query=press.id)
    user = press.from_user
    command = Command(line, _person(user), at, kind, _language(user), event)
    stale = line.verb not in me.verbs if me.verbs else not line.verb
    return Pressed(command, target, press.id, stale)


def _pressed_in(press: CallbackQuery) -> tuple[Address, RoomKind, Target]:
    message = press.message
    if message is None:
        inline = press.inline_message_id or ""
        return Address(PLATFORM, "", inline=inline), RoomKind.INLINE, Target(inline=inline)
    chat, edits = message.chat, message.message_id
    if isinstance(message, Message):
        thread = message.message_thread_id if _topical(message) else None
        return _at(message), _kind(chat), Target(chat.id, thread, edits=edits)
    return _room(chat.id), _kind(chat), Target(chat.id, edits=edits)  # too old to be shown to bots


def _search(query: InlineQuery, event: str) -> Searched[Target]:
    user = query.from_user
    line = CommandLine("quote", " ".join(query.query.split()))
    at = Address(PLATFORM, "")
    command = Command(line, _person(user), at, RoomKind.INLINE, _language(user), event)
    offset = int(query.offset) if re.fullmatch(r"[0-9]{1,5}", query.offset) else 0
    return Searched(command, Target(query=query.id), offset, MAX_RESULTS)


def _membership(change: Mapping[str, Any], event: str) -> Joined[Target] | Left | Returned | None:
    """The SDK would insist on each of the rights, of which new ones appear."""
    was, now = _present(change["old_chat_member"]), _present(change["new_chat_member"])
    chat, user = Chat.de_json(change["chat"]), User.de_json(change["from"])
    at = _room(chat.id)
    if was == now:
        return None
    if not now:
        private = chat.type == ChatType.PRIVATE
        return Left(at, "bot was blocked by the user" if private else "bot was removed")
    if chat.type == ChatType.PRIVATE:
        return Returned(at)
    command = Command(CommandLine("start"), _person(user), at, _kind(chat), _language(user), event)
    return Joined(command, Target(chat.id))


def _present(member: Mapping[str, Any]) -> bool:
    if member["status"] == ChatMember.RESTRICTED:
        return bool(member.get("is_member"))
    return member["status"] not in (ChatMember.LEFT, ChatMember.BANNED)


def _at(message: Message) -> Address:
    """The chat that settings and digests belong to: a forum topic is one, a topic within a
    private chat is not."""
    forum = _topical(message) and message.chat.type != ChatType.PRIVATE
    return _room(message.chat.id, str(message.message_thread_id) if forum else "")


def _topical(message: Message) -> bool:
    """`message_thread_id` alone also stands on replies in groups without topics."""
    return bool(message.is_topic_message and message.message_thread_id)


def _target(message: Message) -> Target:
    private = message.chat.type == ChatType.PRIVATE
    return Target(
        message.chat.id,
        message.message_thread_id if _topical(message) else None,
        reply_to=None if private else message.message_id,
    )


def _room(chat: int, thread: str = "") -> Address:
    return Address(PLATFORM, str(chat), thread=thread)


def _kind(chat: Chat) -> RoomKind:
    match chat.type:
        case ChatType.PRIVATE:
            return RoomKind.DM
        case ChatType.CHANNEL:
            return RoomKind.CHANNEL
        case _:
            return RoomKind.GROUP


def _language(user: User | None) -> str | None:
    known = language_of(user.language_code) if user else None
    return known.value if known else None


def event_of(raw: Payload) -> str:
    """Telegram's number of the update."""
    return str(raw["update_id"])


def queue_of(raw: Payload) -> str:
    """In whose order it is handled: a chat's, an inline message's, or a person's searches."""
    for kind in ("message", "my_chat_member", "channel_post"):
        if (chat := _dig(raw, kind, "chat", "id")) is not None:
            return str(chat)
    press = raw.get("callback_query")
    if isinstance(press, Mapping):
        chat = _dig(press, "message", "chat", "id")
        return str(chat if chat is not None else press.get("inline_message_id"))
    return f"inline {_dig(raw, 'inline_query', 'from', 'id')}"


def _dig(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
