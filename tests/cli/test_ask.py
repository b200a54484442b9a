"""`aiwork ask`: one line in, one answer out, and an exit code that a script can use."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.process import aiwork


def test_a_quote_is_answered_with_exit_code_0(data: Path) -> None:
    done = aiwork("ask", "quote twenty-years-in-two", data=data, process=True)
    assert done.returncode == 0
    assert "我们基本上是想在两年内加速跑完20年的科学进程。" in done.stdout.decode()
    assert done.stderr == b""


def test_a_terminal_without_chinese_is_told_how_to_show_it_and_shows_the_rest(data: Path) -> None:
    done = aiwork(
        "ask", "quote twenty-years-in-two", data=data, process=True, PYTHONIOENCODING="cp1252"
    )
    assert done.returncode == 0
    assert b"Josh Batson" in done.stdout
    assert done.stderr.decode().strip() == (
        "This terminal's encoding (cp1252) has no Chinese: set PYTHONIOENCODING=utf-8"
    )


def test_nothing_found_is_exit_code_1_and_still_an_answer(data: Path) -> None:
    done = aiwork("ask", "quote", "quantum", "entanglement", data=data)
    assert done.returncode == 1
    assert "Nothing found for quantum entanglement" in done.stdout.decode()


def test_json_is_the_neutral_reply(data: Path) -> None:
    done = aiwork("ask", "--json", "--lang", "zh-Hant", "quote 996", data=data)
    reply = json.loads(done.stdout)
    assert reply["type"] == "reply"
    assert reply["outcome"] == "answered"
    assert {"quote", "footnote", "buttons", "pager"} <= {block["type"] for block in reply["blocks"]}
    assert "quote 996" in json.dumps(reply)


def test_a_command_that_remembers_makes_the_data_folder(tmp_path: Path) -> None:
    done = aiwork("ask", "digest on 09:30 Shanghai", data=tmp_path / "new" / "folder")
    assert done.returncode == 0, done.stderr
    assert "Digest: weekdays at 09:30, Asia/Shanghai." in done.stdout.decode()


def test_a_data_folder_that_cannot_be_used_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("not a folder")
    done = aiwork("ask", "status", data=blocked, process=True)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr + done.stdout
    assert b"AIWORK_DATA_DIR" in done.stderr


def test_a_wrong_setting_is_a_sentence_and_exit_code_2(data: Path) -> None:
    done = aiwork("ask", "topics", data=data, AIWORK_ZONE="Atlantis")
    assert done.returncode == 2
    assert done.stderr.decode().startswith("AIWORK_ZONE")


def test_help_reads_well(data: Path) -> None:
    text = aiwork("--help", data=data).stdout.decode()
    for word in ("ask", "run", "content", "deliveries", "Slack and Telegram"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 100
    assert b"--json" in aiwork("ask", "--help", data=data).stdout


def test_the_terminals_language_is_spoken(data: Path) -> None:
    done = aiwork("ask", "topics", data=data, language="zh_TW.UTF-8")
    assert done.stdout.decode().startswith("== 話題 ==")
