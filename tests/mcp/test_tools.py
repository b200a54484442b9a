"""What an assistant gets from the library."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.library.reload import LiveLibrary
from tests.mcp.conftest import talking
from tests.mcp.script import call, session

OFF_TOPIC = (
    "What's the weather in Paris?", "红烧肉怎么做", "who won the world cup 2022",
    "北京明天天气怎么样",
    "my car will not start", "how do I reset my password", "三国演义作者是谁", "bitcoin price",
    "write me a poem about the sea", "怎么学游泳", "good morning", "",
)  # fmt: skip
TOOLS = ("find_quote", "search", "fact", "article", "topics", "today", "no_such_tool")


async def test_a_session_in_this_process(library: LiveLibrary) -> None:
    async with talking(library) as client:
        await session(client)


@pytest.mark.parametrize("tool", ["find_quote", "search", "fact", "article"])
async def test_what_is_off_the_topic_is_nothing_found_and_not_the_nearest(
    library: LiveLibrary, tool: str
) -> None:
    async with talking(library) as client:
        for words in OFF_TOPIC if tool == "search" else OFF_TOPIC[-3:]:
            answer = await call(client, tool, words=words)
            assert (answer["found"], answer["results"]) == (False, []), words
            assert answer["note"].startswith("Nothing found")


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("马达维·塞瓦克", "geeks-have-their-moment"),
        ("nobody takes vacation", "nobody-takes-vacation"),
        ("没有人在渡假", "nobody-takes-vacation"),
    ],
)
async def test_a_quotation_is_found_by_speaker_meaning_and_misspelt(
    library: LiveLibrary, words: str, quote: str
) -> None:
    async with talking(library) as client:
        found = (await call(client, "find_quote", words=words))["results"]
        assert found[0]["id"].startswith(quote)


async def test_every_quotation_is_served_letter_for_letter(library: LiveLibrary) -> None:
    async with talking(library) as client:
        for one in library.edition.library.quotes.values():
            served = (await call(client, "find_quote", words=one.id))["results"][0]
            assert served["text"] == one.text
            assert served["text_is_translation"] is one.translated
            assert served["speaker"]["kind"] == one.speaker.kind.value


async def test_what_is_withdrawn_is_gone_with_the_reload(own_content: Path, cache: Path) -> None:
    library = LiveLibrary(own_content, cache)
    one = library.edition.library.quotes["nobody-takes-vacation"]
    file = own_content / "articles" / f"{library.edition.library.article_of(one).id}.yaml"
    async with talking(library) as client:
        assert (await call(client, "find_quote", words=one.id))["found"]
        text = file.read_text(encoding="utf-8")
        before, after = text.split(f"id: {one.id}\n")
        after = after.replace("status: published", "status: withdrawn", 1)
        file.write_text(f"{before}id: {one.id}\n{after}", encoding="utf-8")
        assert library.reload()
        for words in (one.id, one.text):
            for tool in ("find_quote", "search"):
                answer = await call(client, tool, words=words, limit=20)
                assert one.id not in [each["id"] for each in answer["results"]]
        home = await call(client, "article", words=file.stem)
        assert one.id not in home["results"][0]["quotes"]


async def test_a_caller_over_the_limit_is_told_to_wait(library: LiveLibrary) -> None:
    left = iter([True, False])
    async with talking(library, lambda _caller: next(left)) as client:
        assert not (await client.call_tool("today", {})).is_error
        refused = await client.call_tool("today", {})
        assert refused.is_error
        assert "wait a minute" in str(refused.content)


@pytest.mark.parametrize(
    "arguments", [{}, {"words": 7}, {"words": ["x"]}, {"words": "996", "limit": "x"}]
)
async def test_wrong_arguments_are_one_sentence(
    library: LiveLibrary, arguments: dict[str, Any]
) -> None:
    async with talking(library) as client:
        answer = await client.call_tool("find_quote", arguments)
        assert answer.is_error
        [said] = answer.content
        assert said.text.count("\n") == 0  # type: ignore[union-attr]
        assert "pydantic" not in said.text  # type: ignore[union-attr]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
WORDS = st.text(max_size=700) | st.sampled_from(["996", "layoffs", "没有人", "\ud800", "\x00"])
ARGUMENTS = st.fixed_dictionaries(
    {}, optional={"words": WORDS | ANYTHING, "limit": st.integers() | ANYTHING, "more": ANYTHING}
)


async def test_no_call_breaks_anything(
    library: LiveLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    drawn: list[tuple[str, dict[str, Any]]] = []

    @settings(max_examples=300, database=None, deadline=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.sampled_from(TOOLS), ARGUMENTS)
    def draw(tool: str, arguments: dict[str, Any]) -> None:
        drawn.append((tool, arguments))

    draw()
    with caplog.at_level(logging.WARNING):
        async with talking(library) as client:
            for tool, arguments in drawn:
                answer = await client.call_tool(tool, arguments)
                assert "Traceback" not in str(answer.content)
    assert len(drawn) >= 300
    assert not [one for one in caplog.records if one.exc_info]
