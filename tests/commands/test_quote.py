"""`quote`: what someone typed, and the card they got."""

from __future__ import annotations

import random

import pytest

from bot.commands.shuffle import CHATS, MemoryShuffle, StoreShuffle
from bot.core.address import Address
from bot.core.command import Command, Person, RoomKind
from bot.core.command_line import CommandLine
from bot.core.plain_text import text_of
from bot.core.reply import Heading, Outcome, Pager, Quote, Reply, Share
from bot.library.models.entries import QuoteEntry, SpeakerKind
from tests.commands.desk import HOME, Desk, OneStore, buttons, lines, make_desk
from tests.databases import Clock


def quoted(reply: Reply) -> str:
    return next(block.text for block in reply.blocks if isinstance(block, Quote))


def in_english(one: QuoteEntry) -> str:
    """What stands as the quotation for who reads English."""
    return one.said.text if one.said else one.text


def id_of(ask: Desk, reply: Reply) -> str:
    shown = quoted(reply)
    return next(one.id for one in ask.library.quotes.values() if in_english(one) == shown)


async def test_a_card_shows_the_words_who_said_them_and_where(ask: Desk) -> None:
    text = await ask.say("quote let-your-ai-work")
    assert "那个全天候工作的不是你，而应该是你的AI。" in text
    assert "Aparna Chennapragada, chief product officer for AI experiences, Microsoft" in text
    assert "Our translation from the Chinese: The one working around the clock is not you" in text
    assert "WSJ, late Oct 2025, from a Chinese translation" in text


async def test_who_reads_english_gets_the_speakers_own_words_where_a_page_shows_them(
    ask: Desk,
) -> None:
    reply = await ask("quote twenty-years-in-two")
    assert quoted(reply) == (
        "We’re basically trying to speedrun 20 years of scientific progress in two years"
    )
    assert "Chinese translation that we read: 我们基本上是想在两年内加速" in text_of(reply)
    assert "WSJ, late Oct 2025, as quoted at kendallharmon.net" in text_of(reply)
    assert "ur translation" not in text_of(reply)
    chinese = await ask("quote twenty-years-in-two", language="zh-Hans")
    assert quoted(chinese) == "我们基本上是想在两年内加速跑完20年的科学进程。"
    both = await ask.say("quote twenty-years-in-two", language="both")
    assert "In the speaker's own words: We’re basically trying to speedrun" in both


async def test_the_speakers_own_words_find_the_quote(ask: Desk) -> None:
    assert id_of(ask, await ask("speedrun 20 years of scientific progress")) == (
        "twenty-years-in-two"
    )
    assert "In the speaker's own words" not in await ask.say("search speedrun")


async def test_behind_source_stands_all_that_is_known_of_where_it_is_from(ask: Desk) -> None:
    text = await ask.say("source let-your-ai-work")
    assert "The Wall Street Journal" in text
    assert "by Bradley Olson, Meghan Bobrowsky" in text
    assert "In the source: 她说" in text
    assert "the English is ours" in text
    assert "Every card has a button for it" in await ask.say("source nobody")


async def test_the_line_of_provenance_fits_a_glance(ask: Desk) -> None:
    for language in ("en", "zh-Hans", "zh-Hant"):
        for one in ask.library.quotes.values():
            text = await ask.say(f"quote {one.id}", language=language)
            assert len(text.splitlines()[-1]) <= 80


async def test_a_chinese_reader_gets_no_translation_of_chinese_words(ask: Desk) -> None:
    text = await ask.say("quote twenty-years-in-two", language="zh-Hans")
    assert "乔希·巴特森，研究科学家，Anthropic" in text
    assert "We basically" not in text


async def test_a_pseudonym_says_that_it_is_one(ask: Desk) -> None:
    one = next(q for q in ask.library.quotes.values() if q.speaker.kind is SpeakerKind.PSEUDONYM)
    assert "(pseudonym)" in await ask.say(f"quote {one.id}")
    assert "（化名）" in await ask.say(f"quote {one.id}", language="zh-Hans")


async def test_a_card_leads_to_its_article_to_another_quote_and_to_others_screens(
    ask: Desk,
) -> None:
    reply = await ask("quote twenty-years-in-two")
    assert lines(reply) == [
        "article silicon-valley-002",
        "quote",
        "source twenty-years-in-two",
        "save twenty-years-in-two",
    ]  # fmt: skip
    shares = [button for button in buttons(reply) if isinstance(button, Share)]
    assert [str(share.line) for share in shares] == ["quote twenty-years-in-two"]


@pytest.mark.parametrize(
    "typed",
    ["quote layoffs", "quote 裁员", "quote 裁員", "quote job cuts", "QUOTE Layoffs", "语录 裁员",
     "語錄裁員", "q layoffs", "/quote layoffs", "  quote   job   cuts  ", "quote Ｌａｙｏｆｆｓ"],
)  # fmt: skip
async def test_a_topic_is_the_same_under_every_name(ask: Desk, typed: str) -> None:
    assert await ask.say(typed) == await ask.say("quote layoffs")


async def test_every_name_and_alias_of_every_topic_finds_it(ask: Desk) -> None:
    for topic in ask.library.topics.values():
        expected = [quote.id for quote in ask.library.quotes_of(topic.slug)]
        for word in (topic.slug, *topic.aliases, topic.name.hans, topic.name.hant, topic.name.en):
            reply = await ask(f"quote {word}")
            held = [quote.id for quote in ask.library.quotes_with(word)]
            if expected and word in topic.aliases and held:
                assert id_of(ask, reply) == held[0], word
            elif expected and ask.library.names_topic(word):
                assert id_of(ask, reply) == expected[0], word
            elif expected:
                assert id_of(ask, reply) in expected, word
            else:
                assert reply.outcome is Outcome.NOTHING_FOUND, word


async def test_the_pages_of_a_topic_are_its_quotes(ask: Desk) -> None:
    ids = [quote.id for quote in ask.library.quotes_of("overwork")]
    first = await ask("quote 996")
    assert Pager(1, len(ids), CommandLine("quote", "996")) in first.blocks
    assert [id_of(ask, await ask(f"quote 996 p{n}")) for n in range(1, len(ids) + 1)] == ids


@pytest.mark.parametrize(("page", "shown"), [("p0", 0), ("p1", 0), ("p999", -1), ("p9999", -1)])
async def test_a_page_outside_the_book_is_the_nearest_one(ask: Desk, page: str, shown: int) -> None:
    ids = [quote.id for quote in ask.library.quotes_of("overwork")]
    assert id_of(ask, await ask(f"quote 996 {page}")) == ids[shown]


async def test_every_quote_is_found_by_its_id_in_any_case(ask: Desk) -> None:
    for one in ask.library.quotes.values():
        assert quoted(await ask(f"quote {one.id.upper()}")) == in_english(one)


async def test_an_article_id_gives_the_quotes_of_that_article(ask: Desk) -> None:
    for article in ask.library.articles.values():
        reply = await ask(f"quote {article.id}")
        if article.quotes:
            assert quoted(reply) == in_english(article.quotes[0])
        else:
            assert reply.outcome is Outcome.NOTHING_FOUND
            assert lines(reply) == [f"article {article.id}"]


async def test_the_exact_words_of_a_quote_find_it_first(ask: Desk) -> None:
    for one in ask.library.quotes.values():
        assert quoted(await ask(f"quote {one.text}")) == in_english(one)


async def test_words_without_a_command_are_looked_up(ask: Desk) -> None:
    assert await ask.say("裁员") == await ask.say("quote 裁员")
    assert await ask.say("job cuts") == await ask.say("quote job cuts")


async def test_about_in_a_chinese_sentence_is_no_command(ask: Desk) -> None:
    assert "aiwork 0" not in await ask.say("关于996")
    assert "aiwork 0" in await ask.say("关于")


async def test_nothing_found_says_so_and_offers_ways_on(ask: Desk) -> None:
    reply = await ask("quote quantum entanglement")
    assert reply.outcome is Outcome.NOTHING_FOUND
    assert "Nothing found for quantum entanglement" in text_of(reply)
    offered = lines(reply)
    assert offered == ["quote", "topics", "help"]
    for line in offered:
        assert (await ask(line)).outcome is Outcome.ANSWERED


async def test_what_is_said_in_other_words_is_offered_and_not_claimed(ask: Desk) -> None:
    reply = await ask("nerds finally get the limelight")
    assert "Nobody here said it in these words" in text_of(reply)
    assert not reply.sure
    assert (await ask("quote twenty-years-in-two")).sure
    assert "quote geeks-have-their-moment" in lines(reply)


async def test_who_is_named_in_facts_alone_is_found_there(ask: Desk) -> None:
    reply = await ask("quote Zuckerberg")
    assert "No quote has Zuckerberg, but this is known about it:" in text_of(reply)
    assert "fact meta-cuts-600" in lines(reply)


async def test_a_topic_without_quotes_offers_others(without_compute: Desk) -> None:
    ask = without_compute
    reply = await ask("quote compute")
    assert "There is no quote on Compute yet" in text_of(reply)
    assert (await ask(lines(reply)[0])).outcome is Outcome.ANSWERED


async def test_the_quote_of_the_day_is_one_all_day_and_another_tomorrow(
    ask: Desk, clock: Clock
) -> None:
    morning = await ask.say("quote today")
    clock.move(hours=15)
    assert await ask.say("语录 今日") == morning
    clock.move(hours=5)
    assert await ask.say("quote today") != morning


@pytest.fixture(params=["memory", "store"])
def shuffled(request: pytest.FixtureRequest, stores: OneStore, clock: Clock) -> Desk:
    """Both ways of remembering what was shown."""
    rng = random.Random(11)
    shuffle = MemoryShuffle(rng) if request.param == "memory" else StoreShuffle(stores.open, rng)
    return make_desk(stores, clock, shuffle)


async def test_every_quote_comes_once_and_then_all_come_anew(shuffled: Desk) -> None:
    size = len(shuffled.library.quotes)
    rounds = []
    for _ in range(3):
        drawn = []
        for _ in range(size):
            shuffled.clock.move(seconds=1)
            drawn.append(id_of(shuffled, await shuffled("quote")))
        rounds.append(drawn)
    for drawn in rounds:
        assert sorted(drawn) == sorted(shuffled.library.quotes)
    assert rounds[0] != rounds[1] != rounds[2]
    assert rounds[0][-1] != rounds[1][0]


async def test_each_chat_has_a_round_of_its_own(shuffled: Desk) -> None:
    other = Address("here", "other", "T1")
    size = len(shuffled.library.quotes)
    both = [[id_of(shuffled, await shuffled("quote", at=at)) for _ in range(size)]
            for at in (HOME, other)]  # fmt: skip
    assert sorted(both[0]) == sorted(both[1]) == sorted(shuffled.library.quotes)


async def test_a_bag_forgets_the_chat_that_asked_longest_ago() -> None:
    shuffle = MemoryShuffle(random.Random(1))
    first = Address("here", "first")
    seen = await shuffle.draw(first, RoomKind.DM, ["a", "b"])
    for number in range(CHATS):
        await shuffle.draw(Address("here", str(number)), RoomKind.DM, ["a"])
    drawn = {await shuffle.draw(first, RoomKind.DM, ["a", "b"]) for _ in range(2)}
    assert drawn == {"a", "b"}
    assert seen in drawn


async def test_nothing_can_be_drawn_from_an_empty_pool() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        await MemoryShuffle().draw(HOME, RoomKind.DM, [])


def inline(words: str) -> Command:
    return Command(
        CommandLine("quote", words), Person("ada"), Address("here", ""), RoomKind.INLINE, "en"
    )


async def test_cards_for_words_are_those_quotes_best_first(ask: Desk) -> None:
    cards = await ask.handler.cards(inline("996"), 0, 50)
    assert [card.id for card in cards] == [one.id for one in ask.library.quotes_of("overwork")]
    assert all(card.title and card.note for card in cards)


@pytest.mark.parametrize(
    ("message", "topics"),
    [
        ("We work 996 again this week", {"overwork"}),
        ("我们又在加班了，这个月又裁员了好多人", {"overwork", "layoffs"}),
        ("這個月又裁員", {"layoffs"}),
    ],
)
async def test_a_whole_message_gets_cards_on_the_topics_that_it_names(
    ask: Desk, message: str, topics: set[str]
) -> None:
    cards = await ask.handler.cards(inline(message), 0, 5)
    assert cards
    assert all(topics.intersection(ask.library.quotes[card.id].topics) for card in cards)


async def test_a_message_about_something_else_gets_no_cards(ask: Desk) -> None:
    assert await ask.handler.cards(inline("lunch at noon in room 1996?"), 0, 5) == ()


async def test_cards_for_no_words_begin_with_the_quote_of_the_day(ask: Desk) -> None:
    everything = await ask.handler.cards(inline(""), 0, 50)
    assert len(everything) == len(ask.library.quotes)
    assert text_of(everything[0].reply) == await ask.say("quote today")


async def test_cards_go_on_where_they_left_off(ask: Desk) -> None:
    everything = await ask.handler.cards(inline(""), 0, 50)
    pages = [await ask.handler.cards(inline(""), offset, 10) for offset in (0, 10, 20, 30)]
    assert [card for page in pages for card in page] == list(everything)


async def test_cards_for_a_line_nobody_types_are_none(ask: Desk) -> None:
    command = Command(CommandLine("", ""), Person("ada"), HOME, too_long=True)
    assert await ask.handler.cards(command, 0, 10) == ()


async def test_labels_of_cards_are_in_the_readers_language(ask: Desk) -> None:
    for card in await ask.handler.cards(inline(""), 0, 50):
        assert len(card.title) <= 28
        assert card.title.isascii() or "…" in card.title, card.title


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("quote imposter", "imposter-syndrome"),
        ("quote poaching", "poaching-among-elites"),
        ("语录 面试", "google-engineer-at-interview"),
    ],
)
async def test_a_quote_that_holds_the_word_goes_before_the_topic_it_is_an_alias_of(
    typed: str, wanted: str, ask: Desk
) -> None:
    assert id_of(ask, await ask(typed)) == wanted


async def test_words_of_an_articles_title_go_before_a_topics_alias(ask: Desk) -> None:
    reply = await ask("article 002")
    assert isinstance(reply.blocks[0], Heading)
    assert reply.blocks[0].text == ask.library.articles["silicon-valley-002"].title.en


@pytest.mark.parametrize("typed", ["cancel my subscription", "list articles", "quota system"])
async def test_nothing_is_suggested_that_nobody_would_nod_at(typed: str, ask: Desk) -> None:
    said = await ask.say(typed)
    for absurd in ("channel my subscription", "quote ai-race", "quote pay", "quote startups"):
        assert absurd not in said


@pytest.mark.parametrize(
    ("line", "page"),
    [
        ("quote let-your-ai-work", "/en/q/let-your-ai-work"),
        ("fact amazon-monday-six-am", "/en/f/amazon-monday-six-am"),
        ("article meta-talent-war", "/en/a/meta-talent-war"),
    ],
)
async def test_share_gives_the_page_on_the_web_where_there_is_one(
    line: str, page: str, ask: Desk, stores: OneStore, clock: Clock
) -> None:
    public = make_desk(stores, clock, public_url="https://read.example.org/")
    (share,) = [b for b in buttons(await public(line)) if isinstance(b, Share)]
    assert share.page
    assert share.page.url == f"https://read.example.org{page}"
    (alone,) = [b for b in buttons(await ask(line)) if isinstance(b, Share)]
    assert alone.page is None
