"""Many workspaces: people install the app, each gets its own answers, some leave again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.address import Address
from bot.core.chats import ChatState
from bot.core.command import RoomKind
from bot.core.errors import Gone, RetryLater
from tests.adapters.slack.kit import says
from tests.adapters.slack.payloads import happened, slash
from tests.adapters.slack.service import Json, Process, process
from tests.databases import new_database
from tests.standin.slack import Fault
from tests.standin.slack_oauth import CLIENT_ID, SlackWithOAuth

ACME, INITECH = "T0ACME", "T0INITECH"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_database("sqlite", tmp_path)


@pytest.fixture
async def slack() -> AsyncIterator[SlackWithOAuth]:
    slack = SlackWithOAuth()
    async with slack:
        yield slack
    assert slack.problems == []


@pytest.fixture
async def ours(slack: SlackWithOAuth, url: str) -> AsyncIterator[Process]:
    async with process(slack, url) as ours:
        yield ours


def typed(slack: SlackWithOAuth, text: str, team: str) -> Json:
    return {**slash(slack, text), "team_id": team}


def left(kind: str, team: str, at: float | None = None) -> Json:
    event: Json = {"type": kind}
    if kind == "tokens_revoked":
        event["tokens"] = {"oauth": [], "bot": ["U0BOT"]}
    body = happened(event)
    return {**body, "team_id": team, "authorizations": [], "event_time": int(at or time.time())}


async def test_the_page_has_one_button_and_both_languages(ours: Process) -> None:
    status, page, headers = await ours.get("/slack/install")
    assert status == 200
    assert page.count('class="button"') == 1
    assert "Add to Slack" in page
    assert "添加到 Slack" in page
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


async def test_the_button_asks_slack_for_exactly_the_scopes_that_are_used(
    ours: Process, slack: SlackWithOAuth
) -> None:
    query = parse_qs(urlsplit(await ours.button()).query)
    assert query["client_id"] == [CLIENT_ID]
    assert set(query["scope"][0].split(",")) == set(slack.scopes)
    assert "redirect_uri" not in query


async def test_a_public_address_is_named_as_the_way_back_and_makes_the_cookie_secure(
    slack: SlackWithOAuth, url: str
) -> None:
    async with process(slack, url, public_url="https://bot.example.org/") as ours:
        query = parse_qs(urlsplit(await ours.button()).query)
        assert query["redirect_uri"] == ["https://bot.example.org/slack/oauth_redirect"]
        _, _, headers = await ours.get("/slack/install")
        cookie = headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Secure"))


async def test_two_workspaces_each_get_their_own_answers_and_digests(
    ours: Process, slack: SlackWithOAuth
) -> None:
    for team in (ACME, INITECH):
        page = await ours.install(slack, team, f"{team} <b>Ltd</b>")
        assert f"{team} &lt;b&gt;Ltd&lt;/b&gt;" in page
        payload = typed(slack, "quote 996", team)
        assert (await ours.command(payload))[0] == 200
        await slack.until(lambda url=payload["response_url"]: slack.answers(url))  # type: ignore[misc]
        assert ours.handle.asked[-1].at.workspace == team
        await ours.adapter.send(Address("slack", "C0OPEN", team), says(f"digest of {team}"))
    for team in (ACME, INITECH):
        said = [post["text"] for post in slack.posted[team] if post["channel"] == "C0OPEN"]
        assert said == [f"digest of {team}"]


async def test_whoever_installs_the_app_is_welcomed_once(
    ours: Process, slack: SlackWithOAuth
) -> None:
    await ours.install(slack, ACME)
    await slack.until(lambda: slack.posted[ACME])
    assert [post["channel"] for post in slack.posted[ACME]] == ["U0ANN"]
    assert ours.handle.asked[-1].line.verb == "start"


async def test_a_way_back_works_once(ours: Process, slack: SlackWithOAuth) -> None:
    back = slack.consent(await ours.button(), ACME)
    cookies = {"aiwork-install": back["state"]}
    assert (await ours.get("/slack/oauth_redirect", params=back, cookies=cookies))[0] == 200
    status, page, _ = await ours.get("/slack/oauth_redirect", params=back, cookies=cookies)
    assert status == 400
    assert "used up" in page
    assert "失效" in page


async def test_a_way_back_ends_after_ten_minutes(ours: Process, slack: SlackWithOAuth) -> None:
    back = slack.consent(await ours.button(), ACME)
    ours.clock.move(minutes=11)
    assert (await ours.get("/slack/oauth_redirect", params=back))[0] == 400
    assert await ours.many.of(ACME) is None


@pytest.mark.parametrize("state", ["", "x", "a.b.c", "é.99999999999.x", "9" * 5_000])
async def test_a_state_that_is_not_ours_is_refused(
    ours: Process, slack: SlackWithOAuth, state: str
) -> None:
    back = slack.consent(await ours.button(), ACME)
    status, _, _ = await ours.get("/slack/oauth_redirect", params={**back, "state": state})
    assert status == 400
    assert "oauth.v2.access" not in [call.method for call in slack.calls]


async def test_somebody_elses_code_cannot_be_slipped_in(
    ours: Process, slack: SlackWithOAuth
) -> None:
    back = slack.consent(await ours.button(), ACME)
    ours.browser.cookie_jar.clear()
    assert (await ours.get("/slack/oauth_redirect", params=back))[0] == 400


async def test_who_cancels_is_told_what_to_do(ours: Process, slack: SlackWithOAuth) -> None:
    back = slack.consent(await ours.button(), ACME)
    given = {"error": "access_denied<script>", "state": back["state"]}
    status, page, _ = await ours.get("/slack/oauth_redirect", params=given)
    assert status == 400
    assert "cancelled" in page
    assert "取消" in page
    assert "<script" not in page


async def test_a_code_that_slack_refuses_is_told(ours: Process, slack: SlackWithOAuth) -> None:
    back = slack.consent(await ours.button(), ACME)
    status, page, _ = await ours.get("/slack/oauth_redirect", params={**back, "code": "made-up"})
    assert status == 400
    assert "invalid_code" in page
    assert "made-up" not in page


@pytest.mark.parametrize("fault", [Fault(status=502, plain=True), Fault(reset=True)])
async def test_a_slack_that_is_away_is_told(
    ours: Process, slack: SlackWithOAuth, fault: Fault
) -> None:
    back = slack.consent(await ours.button(), ACME)
    slack.fail("oauth.v2.access", fault)
    assert (await ours.get("/slack/oauth_redirect", params=back))[0] == 503


async def test_installing_for_a_whole_organisation_is_refused_with_what_to_do(
    ours: Process, slack: SlackWithOAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = slack.consent(await ours.button(), ACME)
    whole = {"ok": True, "access_token": "xoxb-planted", "team": None,
             "is_enterprise_install": True}  # fmt: skip
    monkeypatch.setattr(slack, "_access", lambda args, token: whole)
    status, page, _ = await ours.get("/slack/oauth_redirect", params=back)
    assert status == 400
    assert "One workspace at a time" in page


@pytest.mark.parametrize(
    "order",
    [
        ("app_uninstalled", "tokens_revoked"),
        ("tokens_revoked", "app_uninstalled", "app_uninstalled"),
    ],
)
async def test_uninstalling_one_leaves_the_other_alone_in_whatever_order_it_is_told(
    ours: Process, slack: SlackWithOAuth, order: tuple[str, ...]
) -> None:
    for team in (ACME, INITECH):
        await ours.install(slack, team)
        await ours.store.chats.ensure(Address("slack", "C0OPEN", team), RoomKind.CHANNEL)
    slack.revoke(ACME)
    for kind in order:
        assert (await ours.event(left(kind, ACME)))[0] == 200
    await ours.adapter.stop()  # what was told has been done
    await ours.adapter.start(ours.handle)
    assert await ours.many.of(ACME) is None
    chat = await ours.store.chats.find(Address("slack", "C0OPEN", ACME))
    assert chat
    assert chat.state is ChatState.GONE
    with pytest.raises(Gone):
        await ours.adapter.send(Address("slack", "C0OPEN", ACME), says("too late"))
    await ours.adapter.send(Address("slack", "C0OPEN", INITECH), says("still here"))


async def test_installing_again_revives_the_workspace_and_old_news_does_not_end_it(
    ours: Process, slack: SlackWithOAuth
) -> None:
    await ours.install(slack, ACME)
    room = Address("slack", "C0OPEN", ACME)
    await ours.store.chats.ensure(room, RoomKind.CHANNEL)
    before = time.time()
    slack.revoke(ACME)
    assert await ours.many.removed(ACME, "app_uninstalled", before)
    ours.clock.move(minutes=1)
    await ours.install(slack, ACME)
    assert not await ours.many.removed(ACME, "tokens_revoked", before)
    chat = await ours.store.chats.find(room)
    assert chat
    assert chat.state is ChatState.ACTIVE
    await ours.adapter.send(room, says("back again"))


async def test_another_process_notices_an_installation_at_once_and_a_new_token_when_it_matters(
    slack: SlackWithOAuth, url: str
) -> None:
    async with process(slack, url) as web, process(slack, url) as worker:
        room = Address("slack", "C0OPEN", ACME)
        with pytest.raises(Gone):
            await worker.adapter.send(room, says("nobody installed it"))
        await web.install(slack, ACME)
        await worker.adapter.send(room, says("one"))
        slack.revoke(ACME)
        await web.many.removed(ACME, "app_uninstalled", 0)
        web.clock.move(seconds=5)
        await web.install(slack, ACME)
        with pytest.raises(RetryLater):  # not Gone: the token that it knew was replaced
            await worker.adapter.send(room, says("two"))
        await worker.adapter.send(room, says("two"))


async def test_an_installation_elsewhere_is_forgotten_within_a_minute(
    slack: SlackWithOAuth, url: str
) -> None:
    async with process(slack, url) as web, process(slack, url) as other:
        await web.install(slack, ACME)
        assert await other.many.of(ACME)
        await web.many.removed(ACME, "app_uninstalled", time.time())
        other.mono.now += 61
        await other.many.of(ACME)  # still answered at once, and read again beside
        await other.many.close()
        assert await other.many.of(ACME) is None


async def test_a_store_that_is_away_costs_known_workspaces_nothing_and_ends_no_chat(
    ours: Process, slack: SlackWithOAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ours.install(slack, ACME)
    assert await ours.many.of(ACME)
    await ours.store.database.close()
    monkeypatch.setattr(ours.store.installations, "find", _unreachable)
    ours.mono.now += 61
    assert await ours.many.of(ACME)
    with pytest.raises(RetryLater):
        await ours.adapter.send(Address("slack", "C0OPEN", INITECH), says("hello"))
    assert (await ours.command(typed(slack, "help", INITECH)))[0] == 503


async def _unreachable(workspace: str) -> None:
    from bot.core.errors import StoreError

    raise StoreError("the database does not answer")


@pytest.fixture
async def rotating() -> AsyncIterator[SlackWithOAuth]:
    slack = SlackWithOAuth(rotating=True)
    async with slack:
        yield slack
    assert slack.problems == []


def renewals(slack: SlackWithOAuth) -> int:
    return sum(
        call.method == "oauth.v2.access" and "refresh_token" in call.args for call in slack.calls
    )


async def test_a_token_is_renewed_ahead_of_its_expiry_without_a_wait(
    rotating: SlackWithOAuth, url: str
) -> None:
    async with process(rotating, url) as ours:
        await ours.install(rotating, ACME)
        first = await ours.many.of(ACME)
        ours.clock.move(hours=10.5)
        held = asyncio.Event()
        rotating.fail("oauth.v2.access", Fault(hold=held))
        assert await ours.many.of(ACME) == first  # Slack is slow; the old token still works
        held.set()
        await ours.many.close()
        following = await ours.many.of(ACME)
        assert following != first
        kept = await ours.store.installations.find(ACME)
        assert kept
        assert following
        assert kept.bot_token == following.bot_token
        assert renewals(rotating) == 1


async def test_an_expired_token_is_renewed_once_however_many_wait_for_it(
    rotating: SlackWithOAuth, url: str
) -> None:
    async with process(rotating, url) as one, process(rotating, url) as two:
        await one.install(rotating, ACME)
        await two.many.of(ACME)
        rotating.expire(ACME)
        for ours in (one, two):
            ours.clock.move(hours=13)
        found = await asyncio.gather(*(p.many.of(ACME) for p in (one, two) for _ in range(5)))
        assert len({install.bot_token for install in found if install}) == 1
        assert None not in found
        assert renewals(rotating) == 1
        await two.adapter.send(Address("slack", "C0OPEN", ACME), says("with the next token"))


async def test_a_renewal_that_fails_for_now_ends_no_chat(
    rotating: SlackWithOAuth, url: str
) -> None:
    async with process(rotating, url) as ours:
        await ours.install(rotating, ACME)
        rotating.expire(ACME)
        ours.clock.move(hours=13)
        rotating.fail("oauth.v2.access", Fault(error="internal_error"))
        room = Address("slack", "C0OPEN", ACME)
        with pytest.raises(RetryLater):
            await ours.adapter.send(room, says("hello"))
        ours.clock.move(seconds=31)
        await ours.adapter.send(room, says("hello"))


async def test_a_refresh_token_that_slack_refuses_ends_the_workspace_not_the_process(
    rotating: SlackWithOAuth, url: str
) -> None:
    async with process(rotating, url) as ours:
        await ours.install(rotating, ACME)
        rotating.revoke(ACME)
        ours.clock.move(hours=13)
        for _ in range(2):
            with pytest.raises(Gone):
                await ours.adapter.send(Address("slack", "C0OPEN", ACME), says("hello"))
        assert renewals(rotating) == 1
