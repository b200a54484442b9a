"""Who may ask the desk: the browser that opened the address, from the desk's own pages."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.editor.desk.conftest import NAME, PORT, ROOT_URL, Editor, gate_of, held

PAGE = f"/draft/{NAME}"


def client_of(content: Path, **headers: str) -> tuple[httpx.AsyncClient, str]:
    gate = gate_of(content)
    gate.port = PORT
    transport = httpx.ASGITransport(app=gate)
    client = httpx.AsyncClient(transport=transport, base_url=ROOT_URL, headers=headers)
    return client, gate.address()


async def test_the_address_opens_once_and_becomes_a_cookie(content: Path) -> None:
    client, address = client_of(content)
    async with client:
        assert (await client.get("/")).status_code == 403
        opened = await client.get(address)
        cookie = opened.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await client.get("/")).status_code == 200
        client.cookies.clear()
        again = await client.get(address)
        assert again.status_code == 403
        assert "opened before" in again.text
        assert "set-cookie" not in again.headers


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 9000])
async def test_a_guess_opens_nothing(token: str, content: Path) -> None:
    client, _ = client_of(content)
    async with client:
        answer = await client.get("/open", params={"token": token})
        assert answer.status_code == 403
        client.cookies.set(f"aiwork-desk-{PORT}", token.encode("ascii", "ignore").decode())
        assert (await client.get(PAGE)).status_code == 403


@pytest.mark.parametrize(
    "host", [f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"localhost.evil:{PORT}"]
)
async def test_a_name_that_was_turned_to_this_machine_gets_nothing(
    host: str, editor: Editor
) -> None:
    answer = await editor.client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "熬夜" not in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        f"http://127.0.0.1:{PORT + 1}",
        f"http://localhost:{PORT}",
    ],
)
async def test_a_form_of_another_page_changes_nothing(
    origin: str, editor: Editor, draft: Path
) -> None:
    before = held(draft)
    version = re.search(r'name="version" value="(\w+)"', await editor.open(PAGE))
    assert version
    del editor.client.headers["origin"]
    headers = {"origin": origin} if origin else {}
    answer = await editor.client.post(
        PAGE, data={"version": version[1], "act": "drop quotes-0"}, headers=headers
    )
    assert answer.status_code == 403
    assert held(draft) == before


@pytest.mark.parametrize("path", ["/", PAGE, "/assets/review.js", "/nowhere", "/open"])
async def test_every_answer_forbids_scripts_from_elsewhere_and_being_kept(
    path: str, editor: Editor
) -> None:
    headers = (await editor.client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


async def test_pages_hold_no_script_style_or_address_of_elsewhere(editor: Editor) -> None:
    page = await editor.open(PAGE)
    assert re.findall(r"<script[^>]*>([^<]*)", page) == [""]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert set(re.findall(r'(?:src|href)="(?:https?:)?//[^"]*', page)) == set()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_not_known(method: str, editor: Editor) -> None:
    assert (await editor.client.request(method, PAGE)).status_code == 405


async def test_a_form_that_is_none_of_ours_is_refused(editor: Editor) -> None:
    for body in (b"\xff\xfe", b"a=1", b"&".join(b"a=1" for _ in range(5000)), b"act=save"):
        answer = await editor.client.post(PAGE, content=body)
        assert answer.status_code == 400
