"""Sample replies, one for each thing that an adapter must draw, and texts that mean harm.

Their texts are made up for the tests: nobody said them.
"""

from __future__ import annotations

from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Audience,
    Buttons,
    Choice,
    Divider,
    Footnote,
    Form,
    Heading,
    Item,
    Link,
    Pager,
    Paragraph,
    PickMany,
    PickOne,
    PickRoom,
    Quote,
    Reply,
    Share,
    Span,
    TextField,
    TimeField,
    spans,
)

HOSTILE: dict[str, str] = {
    "html": "<b>bold</b> <a href='https://evil.example'>x</a> </blockquote></b> <script>1</script>",
    "entities": "&lt;b&gt; &amp; &amp;lt; &quot;quoted&quot; &#60; &nbsp; AT&T R&D < > & \" '",
    "mrkdwn": "*x* _x_ ~x~ `x` ```x``` > x\n> quoted\n• x :smile: <https://evil.example|click>",
    "markdown_v2": "[x](https://evil.example) __x__ ||x|| \\*x\\* #x +x =x |x| {x} .!-",
    "pings": "<!channel> <!here> <!everyone> <@U1> <#C1> <!subteam^S1> <!date^0^{date}|x> @channel",
    "commands": "/quote 996 /start@otherbot @durov @aiwork_bot /unsubscribe_all and/or 他/她 /stop",
    "rtl": "\u202eevil\u202c שלום עולם مرحبا \u2067isolate\u2069 end",
    "zalgo": "z\u0336\u0321\u0342a\u0337\u0306l\u0338\u031bg\u0335\u0327o\u0334\u0349 " * 12,
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 1️⃣ 🇨🇳 ❤️ 😀",
    "templates": "{name} {{x}} %s %(x)s ${x} {0.__class__} \\n \\u0041",
    "quotation": "“他说：『加班』”—— “she said ‘no’” 「引」 'x' \"y\"",
    "spaces": "  leading, 中间　全角, tab\tand trailing  ",
}
"""Content that must arrive as it stands: as text, whole, with nothing in it come alive."""

LONG_SENTENCE = "凌晨两点的办公室只剩下键盘声，产品经理问：这个需求明天能上吗？"
LONG_QUOTE = "".join(f"第{n}段。{LONG_SENTENCE}" for n in range(1, 231))
"""About 8,300 characters with places to cut."""

LONG_WORD = "加" * 9000
"""9,000 characters and nowhere to cut."""

EMOJI_4096 = "😀" * 4096
"""4,096 code points, 8,192 UTF-16 units, 16,384 bytes."""


def _byline(name: str) -> tuple[Span, ...]:
    return spans(f"{name}, 2024 · ", Span("source & context", href="https://example.org/a?b=1&c=2"))


def _quote(text: str, name: str = "A. Nonymous") -> Reply:
    return Reply((Quote(text, _byline(name)),))


SAMPLES: dict[str, Reply] = {
    "welcome": Reply(
        (
            Heading("Hello, I am aiwork"),
            Paragraph(
                spans(
                    "Quotes about work. Try ",
                    Span(command=CommandLine("quote", "996")),
                    " or 语录 996.",
                )
            ),
            Buttons(
                (
                    Act("Today's quote", CommandLine("quote")),
                    Act("Topics", CommandLine("topics")),
                    Act("Subscribe", CommandLine("subscribe")),
                )
            ),
        )
    ),
    "quote": Reply(
        (
            Quote("Work expands, rest contracts.", _byline("A. Nonymous")),
            Footnote(spans("More: ", Span(command=CommandLine("article", "long-hours")))),
            Buttons(
                (
                    Act("Next", CommandLine("quote", "996", page=2)),
                    Share("Share", CommandLine("quote", "long-hours-3")),
                    Link("Source", "https://example.org/articles/1"),
                )
            ),
        ),
        audience=Audience.ROOM,
    ),
    "quote_zh": Reply(
        (
            Quote("加班不是美德，996 更不是福报。", _byline("佚名")),
            Pager(2, 5, CommandLine("quote", "996")),
        ),
        replaces=True,
    ),
    "first_page": Reply(
        (Heading("Topics"), Pager(1, 3, CommandLine("topics"))),
    ),
    "last_page": Reply(
        (Heading("Topics"), Pager(3, 3, CommandLine("topics"))),
    ),
    "list": Reply(
        (
            Heading("Topics · 话题"),
            Item(
                spans(Span("Overwork", bold=True), " · 996, 加班"),
                spans("14 quotes, 3 articles: ", Span(command=CommandLine("topic", "overwork"))),
            ),
            Item(spans(Span("Layoffs", href="https://example.org/layoffs")), spans("9 quotes")),
            Item(spans("Remote work")),
            Divider(),
            Paragraph(spans("Follow one with ", Span("subscribe", code=True), ".")),
        )
    ),
    "digest": Reply(
        (
            Heading("简报 · Digest, 14 May"),
            *(
                Quote(f"第 {n} 条：把下班时间写进日历。" + "慢慢来。" * n, _byline(f"作者 {n}"))
                for n in range(1, 13)
            ),
            Quote(LONG_QUOTE, _byline("作者 13")),
            Footnote(spans("One tap to stop: ", Span(command=CommandLine("unsubscribe", "all")))),
            Buttons(
                (Act("Stop", CommandLine("unsubscribe", "all")), Act("More", CommandLine("quote")))
            ),
        ),
        audience=Audience.ROOM,
    ),
    "form": Reply(
        (
            Paragraph(spans("Settings of this chat")),
            Form(
                "Settings",
                (
                    PickOne(
                        "lang", "Language", (Choice("en", "English"), Choice("zh", "中文")), "en"
                    ),
                    PickMany(
                        "days",
                        "Days",
                        (Choice("mon", "Mon"), Choice("tue", "Tue"), Choice("wed", "Wed")),
                        ("mon", "wed"),
                    ),
                    TimeField("time", "Time", "09:30", ("08:00", "09:30", "18:00")),
                    TextField("zone", "Time zone", "Asia/Shanghai", "Europe/Berlin"),
                ),
                CommandLine("settings"),
                "Save",
            ),
        )
    ),
    "pick_room": Reply(
        (
            Paragraph(spans("Which channel should get the digest?")),
            Buttons(
                (
                    PickRoom("Choose a channel", CommandLine("channel")),
                    Act("Cancel", CommandLine("help")),
                )
            ),
        )
    ),
    "long_lines": Reply(
        (
            Paragraph(spans("Nothing found; did you mean one of these?")),
            Buttons(
                (
                    Act(
                        "很长的话题",
                        CommandLine(
                            "quote", "一个非常非常长的中文话题名字超过六十四个字节的限制", page=3
                        ),
                    ),
                    Act("996", CommandLine("quote", "996")),
                )
            ),
            Pager(
                2, 3, CommandLine("quote", "另一个非常非常长的中文话题名字超过六十四个字节的限制")
            ),
        )
    ),
    "many_buttons": Reply(
        (
            Paragraph(spans("Pick a topic")),
            Buttons(tuple(Act(f"Topic {n}", CommandLine("topic", f"t{n}")) for n in range(1, 22))),
        )
    ),
    "hostile": Reply(
        (
            Heading(HOSTILE["html"]),
            *(Quote(text, spans(text)) for text in HOSTILE.values()),
            *(Paragraph(spans(text)) for text in HOSTILE.values()),
            Item(spans(HOSTILE["pings"]), spans(HOSTILE["commands"])),
            Footnote(spans(HOSTILE["mrkdwn"], Span(HOSTILE["html"], href="https://example.org/"))),
            Buttons((Act(HOSTILE["html"], CommandLine("quote", HOSTILE["html"][:20].strip())),)),
        )
    ),
    "long_quote": _quote(LONG_QUOTE),
    "long_word": _quote(LONG_WORD),
    "emoji_4096": _quote(EMOJI_4096),
    "long_paragraph": Reply((Paragraph(spans(LONG_QUOTE)), Footnote(spans("The end.")))),
}
