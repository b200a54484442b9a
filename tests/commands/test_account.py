"""`status`, `home`, `privacy`, `report`: what the bot remembers, shown, handed over, deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from bot.commands.report import REPORTS_A_DAY
from bot.core.command import RoomKind
from bot.core.plain_text import text_of
from bot.core.reply import Form, Outcome
from bot.store.database.tables import delivery, lane
from tests.commands.desk import BOB, HOME, ROOM, Desk, lines, press


async def happened(ask: Desk, *deliveries: tuple[str, str, str]) -> None:
    """Past digests of the asker's chat: (date, state, reason), as the outbox records them."""
    store = await ask.store()
    chat = await store.chats.find(HOME)
    assert chat
    async with store.database.write() as connection:
        await connection.execute(insert(lane).values(id=1, platform="here", workspace="T1"))
        for day, state, reason in deliveries:
            due = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=UTC)
            await connection.execute(
                insert(delivery).values(
                    chat_id=chat.id, lane_id=1, slot_date=due.date(), due_at=due, cadence="daily",
                    state=state, reason=reason, not_before=due, expires_at=due,
                    sent_at=due if state == "sent" else None,
                )
            )  # fmt: skip


async def test_without_a_digest_status_says_how_to_get_one(ask: Desk) -> None:
    reply = await ask("status")
    assert text_of(reply) == "Status\nNo digest is set up. Switch it on: digest on"
    assert lines(reply) == ["digest now", "settings"]
    assert "开启请输入：简报 开" in await ask.say("status", language="zh-Hans")
    assert "開啟請輸入：簡報 開" in await ask.say("status", language="zh-Hant")


async def test_status_tells_the_next_digest_its_topics_and_when_the_unseen_ends(
    ask: Desk,
) -> None:
    await ask("digest on 北京")
    await ask("subscribe layoffs")
    text = await ask.say("status")
    assert "Digest: weekdays at 09:30, Asia/Shanghai." in text
    assert "Next: Tue 2026-03-03 09:30." in text
    assert "Topics: Layoffs." in text
    assert "8 entries are left on its topics that this chat has not had lately" in text
    assert "enough until 2026-03-12, then neighbouring topics follow." in text


async def test_status_tells_what_became_of_the_last_seven(ask: Desk) -> None:
    await ask("digest on")
    await happened(
        ask,
        ("2026-02-18", "sent", ""),
        ("2026-02-19", "sent", ""),
        ("2026-02-20", "sent", ""),
        ("2026-02-23", "skipped", "found 9 h late"),
        ("2026-02-24", "quiet", ""),
        ("2026-02-25", "unknown", "timeout"),
        ("2026-02-26", "expired", "rate limited"),
        ("2026-02-27", "failed", "channel_not_found"),
    )
    text = await ask.say("status")
    assert "2026-02-18" not in text
    assert "2026-02-20: sent 09:30" in text
    assert "2026-02-23: skipped, it was found too late\n(found 9 h late)" in text
    assert "2026-02-25: may or may not have arrived\n(timeout)" in text
    assert text.index("2026-02-27") < text.index("2026-02-20")
    chinese = await ask.say("状态", language="zh-Hans")
    assert "2026-02-24: 没有新内容" in chinese


async def test_status_of_a_room_says_who_set_it_up(ask: Desk) -> None:
    how: dict[str, Any] = {"at": ROOM, "kind": RoomKind.GROUP}
    await ask("digest on", **how)
    assert "Set up by ada." in await ask.say("status", asker=BOB, **how)
    await ask("digest on")
    assert "Set up by" not in await ask.say("status")


async def test_status_after_off_is_that_nothing_comes(ask: Desk) -> None:
    await ask("digest on")
    await ask("digest off")
    text = await ask.say("status")
    assert "No digest is set up. Switch it on: digest on" in text
    assert "Next:" not in text


async def test_home_gathers_today_the_topics_the_settings_and_the_persons_rooms(
    ask: Desk,
) -> None:
    await ask("subscribe pay @news")
    await ask("subscribe layoffs")
    reply = await ask("home")
    text = text_of(reply)
    assert text.splitlines()[0].endswith(" · 2026-03-02")
    assert "Topics: Layoffs." in text
    assert "In #news\nweekdays at 09:30, UTC; Pay and equity" in text
    assert sum(isinstance(block, Form) for block in reply.blocks) == 2
    assert {"subscriptions @news", "settings @news", "digest off @news"} <= set(lines(reply))


async def test_home_of_a_newcomer_shows_what_there_is(ask: Desk) -> None:
    reply = await ask("home", at=ROOM, kind=RoomKind.CHANNEL)
    assert reply.outcome is Outcome.ANSWERED
    assert "No topic chosen" in text_of(reply)
    assert await (await ask.store()).chats.find(HOME) is None


async def test_home_when_everything_was_seen_still_shows_the_rest(ask: Desk) -> None:
    await ask("subscribe compute")
    store = await ask.store()
    chat = await store.chats.find(HOME)
    assert chat
    await store.chats.set_topics(chat, ["a-topic-that-was-dropped"])
    reply = await ask("home")
    assert reply.outcome is Outcome.ANSWERED
    assert "Topics: a-topic-that-was-dropped." in text_of(reply)


async def test_privacy_says_what_is_kept_and_leads_to_both_rights(ask: Desk) -> None:
    reply = await ask("privacy")
    assert "What you type is kept only until it is answered" in text_of(reply)
    assert lines(reply) == ["privacy export", "privacy delete"]


@pytest.mark.parametrize("typed", ["privacy export", "隐私 导出", "隱私 匯出"])
async def test_an_export_is_json_of_all_that_is_stored(ask: Desk, typed: str) -> None:
    await ask("subscribe layoffs")
    title, _, text = (await ask.say(typed)).partition("\n")
    held = json.loads(text)
    assert title == "All that is stored"
    assert held["subscription"][0]["topic"] == "layoffs"
    assert held["schedule"][0]["set_up_by"] == "ada"


async def test_deleting_asks_first_and_then_leaves_nothing(ask: Desk) -> None:
    await ask("subscribe layoffs")
    reply = await ask("privacy delete")
    assert "This cannot be undone." in text_of(reply)
    assert await (await ask.store()).chats.find(HOME)
    assert "Deleted." in text_of(await ask(press(reply, "Yes")))
    assert await (await ask.store()).chats.find(HOME) is None
    assert "Nothing is stored about this chat." in await ask.say("privacy delete sure")


async def test_a_stranger_has_nothing_to_export(ask: Desk) -> None:
    assert await ask.say("privacy export") == "Nothing is stored about this chat."


async def test_privacy_wants_to_know_what_to_do(ask: Desk) -> None:
    assert "Write export or delete" in await ask.say("privacy perhaps")


async def test_a_report_reaches_the_editors(ask: Desk) -> None:
    assert "The editors will look at twenty-years-in-two." in await ask.say(
        "report Twenty-Years-In-Two the speaker is wrong"
    )
    await ask("报错 meta-talent-war 数字不对")
    reports = await (await ask.store()).reports.latest()
    assert [(one.item, one.words) for one in reports] == [
        ("meta-talent-war", "数字不对"),
        ("twenty-years-in-two", "the speaker is wrong"),
    ]


async def test_reports_of_one_chat_end_for_the_day_with_thanks(ask: Desk) -> None:
    for number in range(REPORTS_A_DAY):
        assert "Thank you." in await ask.say(f"report twenty-years-in-two mistake {number}")
    reply = await ask("report twenty-years-in-two one more")
    assert reply.outcome is Outcome.REFUSED
    assert "write again tomorrow" in text_of(reply)
    ask.clock.move(days=1, minutes=1)
    assert "Thank you." in await ask.say("report twenty-years-in-two one more")


async def test_a_report_without_an_id_leads_to_where_ids_stand(ask: Desk) -> None:
    for typed in ("report", "report nonsense is wrong"):
        reply = await ask(typed)
        assert reply.outcome is Outcome.REFUSED
        for line in lines(reply):
            assert "silicon-valley-002" in await ask.say(line) or "layoffs" in line
    found = await ask.say("search layoffs")
    assert all(quote.id in found for quote in ask.library.quotes_of("layoffs"))


async def test_a_report_without_words_asks_for_them(ask: Desk) -> None:
    text = await ask.say("report twenty-years-in-two")
    assert text == "What is wrong with it? Write it behind the id: report twenty-years-in-two …"
    assert not await (await ask.store()).reports.latest()
