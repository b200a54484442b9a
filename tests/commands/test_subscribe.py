"""`subscribe`, `unsubscribe`, `subscriptions`: for a person and for a room."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.plain_text import text_of
from bot.core.reply import Act, Form, Outcome, PickMany
from tests.commands.desk import BOB, HOME, NEWS, ROOM, Desk, buttons, form, lines, press


async def topics(ask: Desk, at: Address = HOME) -> tuple[str, ...]:
    store = await ask.store()
    chat = await store.chats.find(at)
    return await store.chats.topics(chat) if chat else ()


async def test_a_first_subscription_shows_a_sample_and_switches_the_digest_on(ask: Desk) -> None:
    text = await ask.say("subscribe layoffs")
    assert text.startswith("Subscribed: Layoffs.")
    assert "One of its quotes:" in text
    assert any(quote.text in text for quote in ask.library.quotes_of("layoffs"))
    assert "Digest: weekdays at 09:30, UTC." in text
    assert "Next: Mon 2026-03-02 09:30." in text
    assert await topics(ask) == ("layoffs",)


async def test_a_zone_that_nobody_gave_is_the_operators_and_the_answer_says_so(ask: Desk) -> None:
    assert "Nobody gave a time zone" in await ask.say("subscribe layoffs")
    assert "Nobody gave" not in await ask.say("subscribe pay")


async def test_the_zone_of_the_profile_is_taken_without_a_word(ask: Desk) -> None:
    ask.host.zone = "Asia/Tokyo"
    text = await ask.say("subscribe layoffs")
    assert "09:30, Asia/Tokyo" in text
    assert "Nobody gave" not in text


async def test_undo_takes_the_subscription_back(ask: Desk) -> None:
    reply = await ask("subscribe layoffs")
    text = text_of(await ask(press(reply, "Undo")))
    assert text == (
        "Unsubscribed from Layoffs. No topic is left, so the digest draws on everything."
    )
    assert await topics(ask) == ()


async def test_undo_of_an_unsubscription_brings_it_back(ask: Desk) -> None:
    await ask("subscribe layoffs, 996")
    reply = await ask("unsubscribe all")
    assert await topics(ask) == ()
    await ask(press(reply, "Undo"))
    assert set(await topics(ask)) == {"layoffs", "overwork"}


@pytest.mark.parametrize(
    "typed",
    ["subscribe layoffs,overwork", "subscribe job cuts, 996", "订阅 裁员、996", "訂閱 裁員，加班",
     "订阅裁员；996", "sub 裁员;overwork", "follow layoffs,996,job cuts"],
)  # fmt: skip
async def test_several_topics_may_be_named_in_any_language(ask: Desk, typed: str) -> None:
    reply = await ask(typed)
    assert "Layoffs, Overwork" in text_of(reply)
    assert set(await topics(ask)) == {"layoffs", "overwork"}
    await ask(press(reply, "Undo"))
    assert await topics(ask) == ()


async def test_a_topic_subscribed_to_twice_is_kept_once(ask: Desk) -> None:
    await ask("subscribe layoffs")
    reply = await ask("subscribe 裁员")
    assert text_of(reply).startswith("Already subscribed: Layoffs.")
    assert "Undo" not in {button.label for button in buttons(reply)}
    assert await topics(ask) == ("layoffs",)


@pytest.mark.parametrize(("typed", "slug"), [("subscribe layofs", "layoffs"),
                                             ("subscribe overwrk", "overwork"),
                                             ("订阅 抢人大站", "talent-wars")])  # fmt: skip
async def test_a_typo_is_answered_with_the_nearest_topic(ask: Desk, typed: str, slug: str) -> None:
    reply = await ask(typed)
    assert reply.outcome is Outcome.REFUSED
    assert "Did you mean" in text_of(reply)
    assert f"subscribe {slug}" in lines(reply)
    assert await topics(ask) == ()


async def test_a_word_that_is_like_no_topic_leads_to_the_list(ask: Desk) -> None:
    reply = await ask("subscribe xyzzy")
    assert text_of(reply).startswith("I know no topic xyzzy.")
    assert lines(reply) == ["topics"]


async def test_one_wrong_topic_among_several_subscribes_to_none(ask: Desk) -> None:
    assert (await ask("subscribe layoffs, xyzzy")).outcome is Outcome.REFUSED
    assert await topics(ask) == ()


async def test_a_topic_without_quotes_can_be_followed(without_compute: Desk) -> None:
    text = await without_compute.say("subscribe compute")
    assert "No quote on this yet; the digest brings the first." in text
    assert "One of its quotes" not in text


async def test_unsubscribing_from_one_leaves_the_others(ask: Desk) -> None:
    await ask("subscribe layoffs,996")
    assert await ask.say("退订 裁员") == "Unsubscribed from Layoffs. Left: Overwork."
    assert await topics(ask) == ("overwork",)


async def test_what_is_not_subscribed_to_cannot_be_left(ask: Desk) -> None:
    reply = await ask("unsubscribe layoffs")
    assert "There is no such subscription" in text_of(reply)
    assert lines(reply) == ["subscriptions"]
    assert await (await ask.store()).chats.find(HOME) is None


async def test_subscriptions_are_listed_with_all_topics_to_tick(ask: Desk) -> None:
    assert "No topic chosen: the digest draws on everything." in await ask.say("subscriptions")
    await ask("subscribe layoffs")
    reply = await ask("我的订阅")
    assert "Topics: Layoffs." in text_of(reply)
    field = form(reply).fields[0]
    assert isinstance(field, PickMany)
    assert field.chosen == ("layoffs",)
    assert [choice.value for choice in field.choices] == list(ask.library.topics)


async def test_ticking_a_topic_subscribes_and_ticking_again_takes_it_back(ask: Desk) -> None:
    shown = await ask(press(await ask("subscribe"), "Burnout"))
    assert await topics(ask) == ("burnout",)
    assert "weekdays at 09:30" in text_of(shown)
    await ask(press(shown, "✓ Burnout"))
    assert await topics(ask) == ()


async def test_in_a_room_the_asker_subscribes_alone_unless_they_say_here(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.CHANNEL, "personal": True}
    reply = await ask("subscribe layoffs", **how)
    assert await topics(ask) == ("layoffs",)
    assert await topics(ask, ROOM) == ()
    await ask(press(reply, "For this channel"), **how)
    assert await topics(ask, ROOM) == ("layoffs",)


async def test_a_form_about_a_room_changes_that_room(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.CHANNEL, "personal": True}
    reply = await ask("subscriptions @here", **how)
    await ask(press(reply, "Burnout"), **how)
    assert await topics(ask, ROOM) == ("burnout",)
    assert await topics(ask) == ()


async def test_a_room_elsewhere_is_named_with_an_at_sign(ask: Desk) -> None:
    reply = await ask("subscribe layoffs @news")
    assert await topics(ask, NEWS) == ("layoffs",)
    await ask(press(reply, "Undo"))
    assert await topics(ask, NEWS) == ()


async def test_a_room_that_the_bot_cannot_see_is_not_guessed(ask: Desk) -> None:
    reply = await ask("subscribe layoffs @nowhere")
    assert "I cannot see a room @nowhere" in text_of(reply)
    assert lines(reply) == ["channel"]


async def test_what_the_bot_needs_to_post_there_is_told(ask: Desk) -> None:
    ask.host.invitation = "/invite @aiwork"
    assert "/invite @aiwork" in await ask.say("subscribe layoffs @news")
    assert "/invite" not in await ask.say("subscribe layoffs")


@pytest.mark.parametrize(
    "typed",
    ["subscribe layoffs", "unsubscribe all", "digest on", "digest off", "digest pause 3d",
     "settings language=en", "privacy delete", "privacy export"],
)  # fmt: skip
async def test_only_managers_change_a_room(ask: Desk, typed: str) -> None:
    reply = await ask(typed, asker=BOB, at=ROOM, kind=RoomKind.GROUP)
    assert "Only those who manage this chat" in text_of(reply)
    assert reply.outcome is Outcome.REFUSED
    assert await (await ask.store()).chats.find(ROOM) is None


@pytest.mark.parametrize("typed", ["digest", "status", "settings", "subscriptions", "quote 996"])
async def test_anyone_in_a_room_may_look(ask: Desk, typed: str) -> None:
    reply = await ask(typed, asker=BOB, at=ROOM, kind=RoomKind.GROUP)
    assert reply.outcome is Outcome.ANSWERED


async def test_naming_no_topic_offers_all_of_them_and_a_room(ask: Desk) -> None:
    reply = await ask("subscribe")
    assert "subscribe layoffs" in text_of(reply)
    assert "channel" in [str(b.line) for b in buttons(reply) if isinstance(b, Act)]


async def test_the_form_of_subscribe_asks_for_topics_and_the_time(ask: Desk) -> None:
    await ask("settings time=18:00")
    (form,) = [block for block in (await ask("subscribe")).blocks if isinstance(block, Form)]
    assert [(field.key, field.chosen) for field in form.fields] == [
        ("topics", ()),
        ("time", "18:00"),
    ]


async def test_topics_and_a_time_saved_first_switch_the_digest_on_at_that_time(ask: Desk) -> None:
    shown = await ask.say("settings topics=layoffs,pay time=08:15")
    assert "Topics: Layoffs, Pay and equity." in shown
    assert "weekdays at 08:15" in shown
    assert "Next: Mon 2026-03-02 08:15." in shown


async def test_topics_saved_for_a_room_elsewhere_say_where_and_what_the_bot_needs(
    ask: Desk,
) -> None:
    ask.host.invitation = "/invite @aiwork"
    shown = await ask.say("settings topics=layoffs time=08:15 @news")
    assert "In #news" in shown
    assert "/invite @aiwork" in shown


async def test_a_person_who_sets_up_the_room_that_they_are_in_is_told_which(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.CHANNEL, "personal": True}
    assert "In general" in await ask.say("settings topics=layoffs @here", **how)
    assert "In general" not in await ask.say("settings topics=layoffs", **how)


async def test_subscribing_while_the_digest_is_off_says_that_it_is(ask: Desk) -> None:
    await ask("subscribe layoffs")
    await ask("digest off")
    text = await ask.say("subscribe pay")
    assert "No digest is set up. Switch it on: digest on" in text
    assert "Next:" not in text
