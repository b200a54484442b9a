"""What Slack's methods answer, and what they refuse."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.standin.block_kit import message_problems, view_problems

Json = dict[str, Any]

BOT_TOKEN, APP_TOKEN = "xoxb-planted-bot-token", "xapp-planted-app-token"
TEAM, BOT_USER, BOT_ID = "T0WORK", "U0BOT", "B0BOT"

BURST = 8
"""Messages a channel takes at once before it is held to one a second."""

MESSAGE_KEYS = {"channel", "text", "blocks", "thread_ts", "mrkdwn", "unfurl_links", "unfurl_media"}
RESPONSE_KEYS = (MESSAGE_KEYS - {"channel"}) | {
    "response_type",
    "replace_original",
    "delete_original",
}


@dataclass
class Upload:
    name: str
    length: int
    content: str = ""


class Workspace:
    """One workspace: its people and channels, and what was posted and opened there. `now` is its
    clock; what is refused as our mistake is kept in `problems`."""

    def __init__(self) -> None:
        self.port = 0
        self.posts: list[Json] = []
        self.said: dict[str, list[Json]] = defaultdict(list)
        self.views: dict[str, Json] = {}
        self.homes: dict[str, list[Json]] = defaultdict(list)
        self.problems: list[str] = []
        self.now = 1_800_000_000.0
        self.whispers: list[Json] = []
        self.uploads: dict[str, Upload] = {}
        self.files: list[tuple[str, str, str]] = []  # where, name, content
        self.channels: dict[str, Json] = {
            "C0OPEN": {"name": "general", "is_private": False, "is_member": True},
            "C0NEWS": {"name": "news", "is_private": False, "is_member": False},
            "C0SHUT": {"name": "secret", "is_private": True, "is_member": False},
            "C0PRIV": {"name": "team", "is_private": True, "is_member": True, "users": ["U0ANN"]},
        }
        self.users: dict[str, Json] = {
            "U0ANN": {"locale": "en-US", "tz": "Europe/Berlin", "is_admin": True},
            "U0LI": {"locale": "zh-CN", "tz": "Asia/Shanghai", "is_admin": False},
        }
        self.numbers = count(1)
        self.tickets: set[str] = set()
        self._triggers: dict[str, float] = {}
        self._urls: dict[str, tuple[float, int]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    scopes: tuple[str, ...] = (
        "app_mentions:read",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:read",
        "im:history",
        "users:read",
    )

    def trigger(self) -> str:
        key = f"{next(self.numbers)}.trigger"
        self._triggers[key] = self.now
        return key

    def response_url(self) -> str:
        key = f"r{next(self.numbers)}"
        self._urls[key] = (self.now, 5)
        return f"http://127.0.0.1:{self.port}/respond/{key}"

    def _do(self, method: str, args: Json, token: str) -> Json:
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted:
            return {"ok": False, "error": "invalid_auth"}
        name = re.sub("([A-Z])", r"_\1", method.replace(".", "_")).lower()
        known = getattr(self, f"do_{name}", None)
        if known is None:
            return self._wrong("unknown_method", f"{method} is not known")
        answer: Json = known(args)
        return {"ok": "error" not in answer, **answer}

    def _wrong(self, error: str, problem: str) -> Json:
        self.problems.append(problem)
        return {"ok": False, "error": error}

    def do_auth_test(self, args: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "user": "aiwork"}

    def do_apps_connections_open(self, args: Json) -> Json:
        ticket = f"t{next(self.numbers)}"
        self.tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link/{ticket}"}

    def do_users_info(self, args: Json) -> Json:
        user = self.users.get(str(args.get("user")))
        return {"user": {"id": args["user"], **user}} if user else {"error": "user_not_found"}

    def do_chat_post_message(self, args: Json) -> Json:
        room = str(args.get("channel"))
        if refused := self._refused(room):
            return {"error": refused}
        if not self._paced(room):
            return {"error": "ratelimited"}
        if wrong := self._message(args, MESSAGE_KEYS):
            return {"error": wrong}
        ts = f"{self.now:.0f}.{next(self.numbers):06d}"
        self.posts.append({**args, "ts": ts})
        return {"channel": room, "ts": ts, "message": {}}

    def do_chat_post_ephemeral(self, args: Json) -> Json:
        """Only where both are: the bot, and whom it speaks to."""
        room = str(args.get("channel"))
        if refused := self._refused(room):
            return {"error": refused}
        channel = self.channels.get(room, {})
        if channel.get("is_private") and args.get("user") not in channel.get("users", []):
            return {"error": "user_not_in_channel"}
        if wrong := self._message(
            args, (MESSAGE_KEYS | {"user"}) - {"unfurl_links", "unfurl_media"}
        ):
            return {"error": wrong}
        self.whispers.append(args)
        return {"message_ts": f"{self.now:.0f}.{next(self.numbers):06d}"}

    def do_files_get_upload_u_r_l_external(self, args: Json) -> Json:
        """A ticket for one file; workspaces that declined the right have no such thing."""
        if "files:write" not in self.scopes:
            return {"error": "missing_scope", "needed": "files:write"}
        key = f"F{next(self.numbers)}"
        self.uploads[key] = Upload(str(args["filename"]), int(args["length"]))
        return {"file_id": key, "upload_url": f"http://127.0.0.1:{self.port}/upload/{key}"}

    def do_files_complete_upload_external(self, args: Json) -> Json:
        files, room = args["files"], str(args.get("channels"))
        if refused := self._refused(room):
            return {"error": refused}
        if wrong := message_problems({"blocks": args["blocks"], "text": "…"}):
            return self._wrong("invalid_blocks", str(wrong))
        for one in files:
            upload = self.uploads[one["id"]]
            if len(upload.content.encode()) != upload.length:
                return self._wrong("file_not_uploaded", f"{upload.name} came not whole")
            self.files.append((room, upload.name, upload.content))
        return {"files": files}

    def _refused(self, room: str) -> str:
        if room.startswith(("U", "D")):
            return "" if room.startswith("D") or room in self.users else "channel_not_found"
        channel = self.channels.get(room)
        if not channel or (channel["is_private"] and not channel["is_member"]):
            return "channel_not_found"
        if channel.get("is_archived"):
            return "is_archived"
        return "" if channel["is_member"] else "not_in_channel"

    def _paced(self, room: str) -> bool:
        level, at = self._buckets.get(room, (0.0, self.now))
        level = max(0.0, level - (self.now - at))
        if level + 1 > BURST:
            return False
        self._buckets[room] = (level + 1, self.now)
        return True

    def _message(self, args: Json, allowed: set[str]) -> str:
        found = message_problems(args)
        found += [f"unknown argument {key}" for key in set(args) - allowed]
        self.problems += found
        return "invalid_blocks" if found else ""

    def do_conversations_info(self, args: Json) -> Json:
        room = str(args.get("channel"))
        channel = self.channels.get(room)
        if not channel or (channel["is_private"] and not channel["is_member"]):
            return {"error": "channel_not_found"}
        return {"channel": {"id": room, "is_archived": False, **channel}}

    def do_conversations_join(self, args: Json) -> Json:
        channel = self.channels[str(args.get("channel"))]
        if channel["is_private"]:
            return {"error": "method_not_supported_for_channel_type"}
        channel["is_member"] = True
        return {"channel": {"id": args["channel"]}}

    def do_conversations_list(self, args: Json) -> Json:
        """One to a page, so that paging is seen to work."""
        private = "private_channel" in str(args.get("types"))
        seen = [
            {"id": key, **channel}
            for key, channel in self.channels.items()
            if not channel["is_private"] or (private and channel["is_member"])
        ]
        start = int(args.get("cursor") or 0)
        following = str(start + 1) if start + 1 < len(seen) else ""
        return {
            "channels": seen[start : start + 1],
            "response_metadata": {"next_cursor": following},
        }

    def do_conversations_members(self, args: Json) -> Json:
        return {"members": self.channels[str(args["channel"])].get("users", [])}

    def do_views_open(self, args: Json) -> Json:
        opened = self._triggers.pop(str(args.get("trigger_id")), None)
        if opened is None or self.now - opened > 3:
            return {"error": "expired_trigger_id"}
        return self._view(f"V{next(self.numbers)}", args["view"], "modal")

    do_views_push = do_views_open

    def do_views_update(self, args: Json) -> Json:
        if args.get("view_id") not in self.views:
            return {"error": "not_found"}
        return self._view(str(args["view_id"]), args["view"], "modal")

    def do_views_publish(self, args: Json) -> Json:
        answer = self._view(f"V{next(self.numbers)}", args["view"], "home")
        if "error" not in answer:
            self.homes[str(args["user_id"])].append(args["view"])
        return answer

    def _view(self, key: str, view: Json, kind: str) -> Json:
        found = view_problems(view) + ([] if view.get("type") == kind else [f"not a {kind}"])
        self.problems += found
        if found:
            return {"error": "invalid_arguments"}
        if kind == "modal":
            self.views[key] = view
        return {"view": {**view, "id": key, "hash": "h1"}}

    def respond(self, key: str, message: Json) -> Json:
        """Take what is posted to a response URL."""
        made, left = self._urls.get(key, (0.0, 0))
        if not left or self.now - made > 1800:
            return self._wrong("used_url", "a response URL was used up or is too old")
        self._urls[key] = (made, left - 1)
        if message.get("response_type") not in (None, "ephemeral", "in_channel"):
            self.problems.append("an unknown response_type")
        self._message(message, RESPONSE_KEYS)
        self.said[key].append(message)
        return {"ok": True}


def texts(value: Any) -> Iterator[str]:
    """Every text in a message or view, in order."""
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str) and value.get("type") != "button":
            yield value["text"]
        for part in value.values():
            if isinstance(part, dict | list) and value.get("type") != "button":
                yield from texts(part)
