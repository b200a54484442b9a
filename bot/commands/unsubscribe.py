"""`unsubscribe`: topics that shall not shape it any more."""

from __future__ import annotations

from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.schedules import (
    topic_names,
)
from bot.commands.subscriptions import subscriptions
from bot.commands.target import read_target, require_manager
from bot.commands.topic_choice import find_topics
from bot.core.errors import BadArgument
from bot.core.reply import (
    Act,
    Buttons,
    Paragraph,
    Reply,
)

_ALL = {"all", "everything", "全部", "所有"}


@command(
    "unsubscribe",
    "unsub",
    "unfollow",
    "退订",
    "退訂",
    "取消订阅",
    "取消訂閱",
    examples=(("unsubscribe all", "退订 全部"),),
    who=Who.MANAGERS,
    personal=True,
)
async def unsubscribe(request: Request) -> Reply:
    target = await read_target(request)
    if not target.words:
        return await subscriptions.run(request)
    everything = target.words.lower() in _ALL
    topics = [] if everything else find_topics(request, target.words, target, "unsubscribe")
    await require_manager(request, target)
    store = await request.store()
    chat = await store.chats.find(target.at)
    had = await store.chats.topics(chat) if chat else ()
    dropped = [slug for slug in had if everything or slug in {topic.slug for topic in topics}]
    if chat is None or not dropped:
        raise BadArgument("unsubscribe.none", offers=[target.line("subscriptions")])
    left = [slug for slug in had if slug not in dropped]
    await store.chats.set_topics(chat, left)
    undo = Act(request.say("button.undo"), target.line("subscribe", ",".join(dropped)))
    stop = Act(request.say("button.stop"), target.line("digest", "off"))
    key = "unsubscribe.done" if left else "unsubscribe.done_all"
    sentence = request.spans(
        key, topics=topic_names(request, dropped), left=topic_names(request, left)
    )
    return Reply((Paragraph(sentence), Buttons((undo, stop))), replaces=True)
