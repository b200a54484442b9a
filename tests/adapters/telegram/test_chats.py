"""What people in chats see."""

from __future__ import annotations

from bot.core.address import Address
from bot.core.command import RoomKind
from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Audience,
    Buttons,
    Card,
    Outcome,
    Pager,
    PickRoom,
    Reply,
    Share,
)
from tests.adapters.telegram.parts import EN, HANS, Bench, quote, says
from tests.standin.telegram import Standin
from tests.standin.telegram_methods import Sent
from tests.standin.telegram_people import BOT, person

GROUP = -1001


async def asked(telegram: Standin, text: str, **more: object) -> Sent:
    """Say something and wait for the answer."""
    before = len(telegram.sent)
    telegram.says(text, **more)  # type: ignore[arg-type]
    await telegram.until(lambda: len(telegram.sent) > before)
    return telegram.sent[-1]


async def test_a_private_chat_is_answered_plainly(telegram: Standin, bench: Bench) -> None:
    async with bench.running():
        sent = await asked(telegram, "语录 996")
    assert (sent.text, sent.reply_to) == ("answer to 语录 996", None)
    assert telegram.called("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}


async def test_a_group_is_answered_as_a_reply_in_its_topic(telegram: Standin, bench: Bench) -> None:
    telegram.room(GROUP, "supergroup", topics={12})
    async with bench.running():
        topic = {"message_thread_id": 12, "is_topic_message": True}
        sent = await asked(telegram, "/quote 996", room=GROUP, **topic)
    question = telegram.sent[-1].reply_to
    assert (sent.chat, sent.thread, question) == (GROUP, 12, 1001)


async def test_an_answer_for_the_room_is_not_a_reply(telegram: Standin, bench: Bench) -> None:
    telegram.room(GROUP, "supergroup")
    bench.handler.script["quote"] = says("for all", audience=Audience.ROOM)
    async with bench.running():
        assert (await asked(telegram, "/quote", room=GROUP)).reply_to is None


async def test_pages_turn_in_place_and_every_press_is_acknowledged(
    telegram: Standin, bench: Bench
) -> None:
    def topics(command: object) -> Reply:
        page = command.line.page  # type: ignore[attr-defined]
        return Reply(
            (*says(f"page {page}").blocks, Pager(page, 3, CommandLine("topics"))), replaces=True
        )

    bench.handler.script["topics"] = topics
    async with bench.running():
        sent = await asked(telegram, "/topics")
        assert sent.buttons == {"1/3": "topics", "›": "topics p2"}
        turned = telegram.press(sent.buttons["›"], sent)
        await telegram.until(lambda: telegram.edits and turned in telegram.alerts)
        assert (telegram.edits[-1].id, telegram.edits[-1].text) == (sent.id, "page 2")
        same = telegram.press("topics p2", telegram.edits[-1])
        await telegram.until(lambda: same in telegram.alerts)
    assert telegram.alerts == {turned: "", same: ""}
    assert len(telegram.sent) == 1, "a page that is there already is not sent again"


async def test_a_press_that_changes_nothing_answers_below_the_message(
    telegram: Standin, bench: Bench
) -> None:
    async with bench.running():
        sent = await asked(telegram, "hello")
        telegram.press("quote 996 p2", sent)
        await telegram.until(lambda: len(telegram.sent) == 2)
    assert telegram.sent[-1].text == "answer to quote 996 p2"


async def test_a_stale_button_says_what_to_do(telegram: Standin, bench: Bench) -> None:
    async with bench.running():
        sent = await asked(telegram, "hello")
        query = telegram.press("vote:17", sent)
        await telegram.until(lambda: query in telegram.alerts)
    assert telegram.alerts[query] == EN["telegram.stale"]
    assert bench.handler.lines == ["hello"]


async def test_a_page_of_a_deleted_message_comes_as_a_new_one(
    telegram: Standin, bench: Bench
) -> None:
    bench.handler.script["topics"] = says("page 2", replaces=True)
    async with bench.running():
        sent = await asked(telegram, "hello")
        telegram.sent.clear()
        telegram.press("topics p2", sent)
        await telegram.until(lambda: telegram.sent)
    assert telegram.sent[-1].text == "page 2"


async def test_a_press_in_a_channel_is_answered_to_the_presser_alone(
    telegram: Standin, bench: Bench
) -> None:
    channel = telegram.room(-1009, "channel")
    channel.members[BOT["id"]] = {"status": "administrator", "can_post_messages": True}
    bench.handler.script["quote"] = says("x" * 300)
    async with bench.running() as adapter:
        await adapter.send(Address("telegram", "-1009"), says("digest"))
        query = telegram.press("quote 996", telegram.sent[-1])
        await telegram.until(lambda: query in telegram.alerts)
    assert telegram.alerts[query] == "x" * 199 + "…"
    assert telegram.texts(-1009) == ["digest"]
    assert bench.handler.asked[-1].kind is RoomKind.CHANNEL


async def test_an_inline_message_is_edited_and_keeps_its_quote_on_errors(
    telegram: Standin, bench: Bench
) -> None:
    bench.handler.script["quote"] = quote("next one")
    bench.handler.script["topics"] = says("not here", outcome=Outcome.REFUSED)

    def press(data: str) -> str:
        query = f"inline {data}"
        content = {"chat_instance": "1", "data": data, "inline_message_id": "AAx"}
        telegram.update(callback_query={"id": query, "from": person(7), **content})
        return query

    async with bench.running():
        first, second = press("quote 996 p2"), press("topics")
        await telegram.until(lambda: telegram.edits and second in telegram.alerts)
    assert telegram.edits[-1].text == "next one\n— A. Nonymous"
    assert telegram.alerts == {first: "", second: "not here"}
    assert bench.handler.asked[0].at == Address("telegram", "", inline="AAx")


async def test_inline_mode_offers_cards_page_by_page(telegram: Standin, bench: Bench) -> None:
    bench.handler.deck = tuple(
        Card(f"quote-{n}" * 9, f"Quote {n}", "996", quote(f"Text {n}")) for n in range(60)
    )

    def search(offset: str) -> str:
        query = f"search {offset}"
        asked = {"id": query, "from": person(7, "zh-hans"), "query": "996", "offset": offset}
        telegram.update(inline_query=asked)
        return query

    async with bench.running():
        first, second = search(""), search("50")
        await telegram.until(lambda: len(telegram.inline) == 2)
    assert len(telegram.inline[first]["results"]) == 50
    assert telegram.inline[first]["next_offset"] == "50"
    assert len(telegram.inline[second]["results"]) == 10
    assert telegram.inline[second].get("next_offset", "") == ""
    assert telegram.inline[first]["button"]["text"] == HANS["telegram.inline_button"]
    assert telegram.inline[first]["cache_time"] <= 60
    assert bench.handler.asked[0].language == "zh-Hans"


async def test_long_cards_make_shorter_pages_and_lose_no_card(
    telegram: Standin, bench: Bench
) -> None:
    bench.handler.deck = tuple(Card(f"q{n}", "t", "n", quote("长" * 9000)) for n in range(40))
    seen: list[str] = []
    async with bench.running():
        offset = "0"
        while offset:
            query = f"search {offset}"
            content = {"id": query, "from": person(7), "query": "", "offset": offset}
            telegram.update(inline_query=content)
            await telegram.until(lambda query=query: query in telegram.inline)  # type: ignore[misc]
            seen += [result["id"] for result in telegram.inline[query]["results"]]
            offset = telegram.inline[query].get("next_offset", "")
    assert seen == [f"q{n}" for n in range(40)]


async def test_sharing_makes_a_deep_link_that_leads_back_to_the_quote(
    telegram: Standin, bench: Bench
) -> None:
    share = Buttons((Share("Share", CommandLine("quote", "long-hours-3")),))
    bench.handler.script["hello"] = Reply((*says("hi").blocks, share))
    async with bench.running():
        url = (await asked(telegram, "hello")).buttons["Share"]
        await asked(telegram, "/start quote_long-hours-3")
    link = "https%3A%2F%2Ft.me%2Faiwork_bot%3Fstart%3Dquote_long-hours-3"
    assert url == f"https://t.me/share/url?url={link}"
    assert bench.handler.lines == ["hello", "quote long-hours-3"]


async def test_a_room_is_picked_with_the_keyboard(telegram: Standin, bench: Bench) -> None:
    pick = Buttons((PickRoom("Where?", CommandLine("channel")), Act("Cancel", CommandLine("help"))))
    bench.handler.script["setup"] = Reply((*says("Where should it go?").blocks, pick))
    async with bench.running():
        telegram.says("setup")
        await telegram.until(lambda: len(telegram.sent) == 2)
        markup = telegram.sent[1].markup or {}
        channel, group = markup["keyboard"][0]
        assert channel["request_chat"]["chat_is_channel"]
        assert not group["request_chat"]["chat_is_channel"]
    async with bench.running():  # another process gets the answer
        shared = {"request_id": channel["request_chat"]["request_id"], "chat_id": -1009}
        telegram.update(message={**telegram.message(""), "chat_shared": shared})
        await telegram.until(lambda: len(telegram.sent) == 3)
    assert bench.handler.lines == ["setup", "channel @-1009"]


async def test_the_menu_is_set_by_scope_and_language_and_only_once(
    telegram: Standin, bench: Bench
) -> None:
    async with bench.running():
        pass
    kinds = ("all_private_chats", "all_group_chats", "all_chat_administrators")
    assert set(telegram.commands) == {(kind, code) for kind in kinds for code in ("", "zh")}
    groups = telegram.commands["all_group_chats", "zh"]
    assert groups == [
        {"command": "quote", "description": "来一条语录"},
        {"command": "topics", "description": "全部话题"},
    ]
    assert telegram.commands["all_private_chats", ""][2]["command"] == "settings"
    async with bench.running():
        pass
    assert len(telegram.called("setMyCommands")) == 6
