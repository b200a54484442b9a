"""`aiwork run` with lines piped in: each is answered, whatever it is."""

from __future__ import annotations

from pathlib import Path

from tests.cli.process import aiwork
from tests.index import put_index

LINES = {
    "an empty line": (b"", "Say what you are looking for, for example: quote 996"),
    "500 and one": (b"x" * 501, "That is longer than 500 characters"),
    "5 MB": (b"quote " + "加班".encode() * 833_333, "超过 500 个字符了"),
    "control characters": (b"quote \x00\x07\x1b[31mtwenty-years-in-two", "[31m"),
    "bidi": ("quote \u202etwenty-years-in-two\u202c".encode(), "Josh Batson"),
    "emoji": ("🤯🤯".encode(), "Nothing found for 🤯🤯"),
    "a lone surrogate": (b"quote \xed\xa0\x80", "Nothing found for"),
    "invalid UTF-8": (b"quote \xff\xfe\xfa", "Nothing found for"),
    "markup": (b"quote <!channel> *x* <b>", "Nothing found for <!channel> *x* <b>."),
    "markup of the terminal": (
        b"quote [bold red]x[/bold red] :smile:",
        "[bold red]x[/bold red] :smile:",
    ),
    "an unknown command": (b"/frobnicate", "I don't know the command frobnicate"),
    "a misspelt command": (b"quot 996", "I don't know the command quot"),
    "a good one in the end": (b"quote twenty-years-in-two", "Josh Batson"),
}


def test_whatever_is_piped_in_gets_one_clear_answer(data: Path) -> None:
    typed = b"\n".join(line for line, _ in LINES.values()) + b"\n"
    done = aiwork("run", data=data, typed=typed)
    output = done.stdout.decode()
    assert done.returncode == 0
    assert done.stderr == b""
    assert "Traceback" not in output
    assert not set(output) & set("\x00\x07\x1b\u202e")
    answers = output.strip().split("\n\n")
    assert len(answers) == len(LINES)
    for (name, (_, expected)), answer in zip(LINES.items(), answers, strict=True):
        assert expected in answer, name


def test_the_last_line_needs_no_end(data: Path) -> None:
    done = aiwork("run", data=data, typed=b"topics\r\nquote twenty-years-in-two")
    assert "Josh Batson" in done.stdout.decode()


def test_nothing_piped_in_says_how_to_begin(data: Path) -> None:
    done = aiwork("run", data=data)
    assert done.returncode == 0
    assert "SLACK_BOT_TOKEN" in done.stdout.decode()


def test_what_one_run_was_told_the_next_one_knows(tmp_path: Path) -> None:
    put_index(tmp_path)
    aiwork("run", data=tmp_path, typed="订阅 裁员\n设置 语言=繁体\n".encode())
    done = aiwork("run", data=tmp_path, typed=b"status\n")
    assert "話題：裁員。" in done.stdout.decode()
