"""A reply with a file: sent as a document, or as text where a chat takes none."""

from __future__ import annotations

from bot.core.reply import File, Heading, Reply
from tests.adapters.telegram.parts import Bench
from tests.standin.telegram import Fault, Standin

DATA = '{"topic": "layoffs", "老板": "<b>@somebody</b> /stop"}'
EXPORT = Reply((Heading("All that is stored"), File("data.json", DATA)))


async def test_a_file_is_a_document_under_its_words(telegram: Standin, bench: Bench) -> None:
    bench.handler.script["export"] = EXPORT
    async with bench.running():
        telegram.says("/export")
        await telegram.until(lambda: len(telegram.sent) == 2)
    words, file = telegram.sent
    assert (words.text, words.document) == ("All that is stored", "")
    assert (file.text, file.document) == (DATA, "data.json")


async def test_a_group_that_takes_no_files_reads_the_text(telegram: Standin, bench: Bench) -> None:
    refusal = "Bad Request: not enough rights to send documents to the chat"
    telegram.fail("sendDocument", Fault(400, refusal))
    bench.handler.script["export"] = EXPORT
    async with bench.running():
        telegram.says("/export")
        await telegram.until(lambda: len(telegram.sent) == 2)
    assert telegram.sent[1].text == DATA
    assert telegram.sent[1].parsed.of("code") == [DATA]
    assert "gone" not in [what for what, *_ in bench.rooms.told]


async def test_a_server_that_knows_no_documents_gets_the_text(
    telegram: Standin, bench: Bench
) -> None:
    telegram.fail("sendDocument", Fault(404, "Not Found"), times=9)
    bench.handler.script["export"] = EXPORT
    async with bench.running():
        telegram.says("/export")
        await telegram.until(lambda: len(telegram.sent) == 2)
    assert telegram.sent[1].text == DATA
