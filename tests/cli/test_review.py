"""`aiwork content review ID`: what the page does, by letters, in the terminal."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import httpx
import pytest
import yaml

from bot.editor.importer.run import import_one
from tests.cli.process import ROOT, aiwork
from tests.editor.desk.conftest import some_content
from tests.editor.test_import import CHINESE

NAME = "night-shift"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    content = some_content(tmp_path)
    source = tmp_path / "article.txt"
    source.write_text(CHINESE, encoding="utf-8")
    (done,) = asyncio.run(import_one(str(source), content, date(2026, 11, 27), name=NAME))
    assert done.path
    return content


def review(content: Path, typed: str, data: Path, editor: str = "true") -> str:
    done = aiwork(
        *("content", "review", NAME, "--in", str(content), "--lang", "en"),
        data=data, typed=typed.encode(), EDITOR=editor, VISUAL=editor,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def statuses(content: Path) -> dict[str, str]:
    draft = yaml.safe_load((content / "articles" / f"{NAME}.yaml").read_text(encoding="utf-8"))
    return {one["id"]: one["status"] for one in (*draft["quotes"], *draft["key_points"])}


def test_a_candidate_is_shown_in_its_source_with_its_doubts_and_is_decided(
    content: Path, data: Path
) -> None:
    told = review(content, "n\nn\na\nc\nd\nq\n", data)
    assert "│ 她说：“没有哪个版本值得用一个家来换。”" in told
    assert "? who speaks is only a pronoun" in told
    assert "translation" in told
    assert "Confirm what is doubtful first" in told
    assert "Dropped." in told
    assert f"{NAME}-said-03" not in statuses(content)
    assert f"{NAME}-said-01" in statuses(content)


def test_the_editor_opens_the_file_and_publishing_says_what_is_left(
    content: Path, data: Path, tmp_path: Path
) -> None:
    script = tmp_path / "editor.sh"
    script.write_text('#!/bin/sh\nsed -i "s/^  en:.*/  en: People who stay up/" "$1"\n')
    script.chmod(0o700)
    told = review(content, "e\np\nq\n", data, str(script))
    assert "Accept or drop each candidate first" in told
    text = (content / "articles" / f"{NAME}.yaml").read_text(encoding="utf-8")
    assert "  en: People who stay up\n" in text
    assert set(statuses(content).values()) == {"draft"}


def test_the_end_of_the_input_ends_it_and_an_unknown_id_is_one_sentence(
    content: Path, data: Path
) -> None:
    review(content, "", data)
    done = aiwork("content", "review", "nothing", "--in", str(content), data=data)
    assert done.returncode == 2
    assert done.stderr.decode() == "there is no draft nothing\n"


def test_the_desk_opens_by_the_address_that_is_printed_and_ends_with_ctrl_c(
    content: Path, data: Path
) -> None:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR")}
    given = {**kept, "AIWORK_DATA_DIR": str(data), "LC_ALL": "zh_CN.UTF-8", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "content", "review", "--in", str(content)]
    with subprocess.Popen(
        command, cwd=ROOT, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as desk:
        try:
            assert desk.stdout
            told = desk.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/open\?token=\S+", told)
            assert address, told
            with httpx.Client(trust_env=False, follow_redirects=True, timeout=60) as client:
                page = client.get(address[0]).text
                assert "熬夜的人和不熬夜的公司" in page
                assert "待定" in page
            desk.send_signal(signal.SIGINT)
            assert desk.wait(60) == 0
        finally:
            desk.kill()
