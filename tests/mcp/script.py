"""What an assistant does with the tools, the same over every transport."""

from __future__ import annotations

from typing import Any

from mcp import Client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a call that succeeds."""
    done = await client.call_tool(tool, arguments)
    assert not done.is_error, done.content
    assert isinstance(done.structured_content, dict)
    return done.structured_content


async def session(client: Client) -> None:
    """Look around, quote, cite, and take no for an answer."""
    tools = (await client.list_tools()).tools
    assert {one.name for one in tools} == {
        "find_quote", "search", "fact", "article", "topics", "today",
    }  # fmt: skip
    assert all(one.annotations and one.annotations.read_only_hint for one in tools)
    slugs = [one["slug"] for one in (await call(client, "topics"))["topics"]]
    assert "layoffs" in slugs
    quote = (await call(client, "find_quote", words="twenty-years-in-two"))["results"][0]
    assert quote["text"] == "我们基本上是想在两年内加速跑完20年的科学进程。"
    assert quote["text_is_translation"] is True
    assert quote["our_translation"]
    assert quote["speaker"]["name"]["en"] == "Josh Batson"
    assert quote["source"]["outlet"]
    assert quote["source"]["date"] or quote["source"]["date_note"]
    assert "link" in quote["source"]
    home = await call(client, "article", words=quote["source"]["article"])
    assert quote["id"] in home["results"][0]["quotes"]
    facts = await call(client, "fact", words="裁员", limit=2)
    assert [one["kind"] for one in facts["results"]] == ["fact", "fact"]
    assert (await call(client, "search", words="没有人在度假"))["sure"]
    assert (await call(client, "today"))["results"][0]["kind"] == "quote"
    nothing = await call(client, "search", words="how do I bake a chocolate cake?")
    assert (nothing["found"], nothing["results"]) == (False, [])
