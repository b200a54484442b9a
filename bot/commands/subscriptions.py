"""`subscriptions`: what a chat follows."""

from __future__ import annotations

from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.schedules import own_note
from bot.commands.target import read_target
from bot.commands.topic_choice import list_topics, read_subscriptions, schedule_state, topic_form
from bot.core.reply import Block, Paragraph, Reply


@command(
    "subscriptions",
    "subs",
    "我的订阅",
    "我的訂閱",
    examples=(("subscriptions", "我的订阅"),),
    personal=True,
)
async def subscriptions(request: Request) -> Reply:
    target = await read_target(request)
    schedule, topics = await read_subscriptions(request, target)
    blocks: list[Block] = [
        *list_topics(request, topics),
        Paragraph(schedule_state(request, target, schedule)),
    ]
    blocks += own_note(request, target)
    return Reply((*blocks, topic_form(request, target, topics)), replaces=True)
