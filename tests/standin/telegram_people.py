"""People and bots as the Bot API shows them."""

from __future__ import annotations

from typing import Any

DATE = 1_790_000_000
BOT: dict[str, Any] = {
    "id": 4242,
    "is_bot": True,
    "first_name": "aiwork",
    "username": "aiwork_bot",
}
_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
    "can_restrict_members can_promote_members can_change_info can_invite_users "
    "can_post_stories can_edit_stories can_delete_stories"
)


def person(user: int, language: str | None = "en") -> dict[str, Any]:
    named = {"id": user, "is_bot": False, "first_name": f"Person {user}"}
    return named | ({"language_code": language} if language else {})


def as_member(user: int, member: dict[str, Any]) -> dict[str, Any]:
    rights = _RIGHTS.split()
    who = BOT if user == BOT["id"] else person(user)
    return {"user": who, **dict.fromkeys(rights, False), **member}
