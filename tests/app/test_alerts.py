"""Operators hear once of what needs a person, and once that it is over; never too much."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.adapters.slack import Adapter as SlackAdapter
from bot.adapters.telegram import Adapter as TelegramAdapter
from bot.app.alerts import MOST_A_DAY, Alert, Alerts, make_alerts
from bot.app.doctor import Surroundings
from bot.app.doctor.local import LOW_DISK
from bot.app.services import LazyStore, make_services
from bot.cli import main
from bot.commands.shuffle import MemoryShuffle
from bot.core.address import Address
from bot.core.chats import EVERY_DAY, Schedule
from bot.core.command import RoomKind
from bot.core.errors import SettingsError, StoreAway, Unknown
from bot.core.language import Language
from bot.core.ports import Sender
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limit import UNLIMITED
from bot.digest.composer import Composer
from bot.settings import Settings, read_settings
from bot.settings.unknown import PREFIXES
from bot.store.store import Store
from tests.adapters.slack.kit import MemoryInbox, MemoryRooms, Scripted, adapter_for
from tests.adapters.telegram.parts import Bench
from tests.cli.process import ROOT
from tests.databases import KINDS, Clock, new_database
from tests.delivery.fakes import Platform
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, Fault, SlackStandIn
from tests.standin.telegram import TOKEN, Standin
from tests.standin.telegram import Fault as TelegramFault
from tests.whole import running

CONTENT = ROOT / "tests" / "fixtures" / "content"
OPERATORS = "telegram:900, slack:C0OPEN"
SLACK_PAUSE = Fault(error="ratelimited", status=429, retry_after=3)
SECRETS = (TOKEN, BOT_TOKEN, APP_TOKEN)


class Watch:
    """A bot's alerts between real adapters and stand-ins; time and disk are ours."""

    def __init__(
        self,
        store: Store,
        content: Path,
        senders: dict[str, Sender],
        slack: SlackStandIn,
        telegram: Standin,
    ) -> None:
        self.store, self.content, self.slack, self.telegram = store, content, slack, telegram
        self.senders, self.free, self.seconds = senders, 10**12, 1000.0
        self.stopped: list[str] = []
        self.drift = timedelta()
        self.settings: dict[str, Any] = {
            "operators": OPERATORS,
            "content_dir": content,
            "data_dir": content.parent,
            "slack_bot_token": BOT_TOKEN,
            "slack_app_token": APP_TOKEN,
            "slack_api_base_url": slack.api,
            "telegram_bot_token": TOKEN,
            "telegram_api_base_url": telegram.root,
        }
        self.start()

    def start(self, **changed: Any) -> Alerts:
        """The process begins anew: all that was in memory is gone."""
        self.settings |= changed
        settings = Settings(**self.settings)
        services = make_services(settings, LazyStore(settings), {}, MemoryShuffle())
        self.library = services.library
        made = make_alerts(
            settings,
            self.store,
            services,
            self.senders,
            lambda: self.stopped,
            here=Surroundings(lambda: datetime.now(UTC) + self.drift, lambda _: self.free),
            now=lambda: self.seconds,
        )
        assert made
        self.alerts = made
        return made

    def move(self, **by: float) -> None:
        assert isinstance(self.store.now, Clock)
        before = self.store.now.now
        self.seconds += (self.store.now.move(**by) - before).total_seconds()

    async def look(self, **by: float) -> None:
        self.move(**by)
        await self.alerts.look()

    @property
    def on_telegram(self) -> list[str]:
        return self.telegram.texts(900)

    @property
    def on_slack(self) -> list[str]:
        return [str(post["text"]) for post in self.slack.posts]

    def breaks(self) -> None:
        (self.content / "topics.yaml").write_text("- slug: [<b>&", encoding="utf-8")
        assert not self.library.reload()

    def mends(self) -> None:
        shutil.copy(CONTENT / "topics.yaml", self.content / "topics.yaml")
        assert self.library.reload()


@pytest.fixture(params=KINDS)
async def watch(
    request: pytest.FixtureRequest, telegram: Standin, bench: Bench, tmp_path: Path
) -> AsyncIterator[Watch]:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    store = await Store.open(new_database(request.param, tmp_path), clock=Clock())
    telegram.room(900)
    async with SlackStandIn() as slack:
        on_slack = adapter_for(slack, app_token="", inbox=MemoryInbox(), chats=MemoryRooms())
        await on_slack.start(Scripted())
        async with bench.running(listens=False) as on_telegram:
            assert isinstance(on_slack, SlackAdapter)
            assert isinstance(on_telegram, TelegramAdapter)
            senders: dict[str, Sender] = {"telegram": on_telegram, "slack": on_slack}
            yield Watch(store, content, senders, slack, telegram)
        await on_slack.stop()
    await store.close()


async def test_a_bot_that_is_well_says_nothing(watch: Watch) -> None:
    for _ in range(5):
        await watch.look(hours=1)
    assert watch.on_telegram == watch.on_slack == []


async def test_broken_content_is_told_once_on_each_platform_and_once_when_it_is_over(
    watch: Watch,
) -> None:
    watch.start(language="zh-Hans")
    watch.breaks()
    for _ in range(3):
        await watch.look(minutes=1)
    assert len(watch.on_telegram) == len(watch.on_slack) == 1
    assert "内容里有 1 处错误" in watch.on_telegram[0]
    assert "topics.yaml:" in watch.on_slack[0]
    watch.mends()
    watch.start()  # a restart repeats nothing
    await watch.look(minutes=1)
    assert len(watch.on_telegram) == 1
    await watch.look(minutes=11)
    assert len(watch.on_telegram) == len(watch.on_slack) == 2
    assert "已改好" in watch.on_telegram[1]
    await watch.look(hours=1)
    assert len(watch.on_telegram) == 2


async def test_what_comes_back_at_once_is_the_same_trouble(watch: Watch) -> None:
    watch.breaks()
    await watch.look()
    for _ in range(5):
        watch.mends()
        await watch.look(minutes=2)
        watch.breaks()
        await watch.look(minutes=2)
    await watch.look(hours=2)
    assert len(watch.on_telegram) == 1


async def test_what_was_over_before_anybody_could_be_told_is_not_told(watch: Watch) -> None:
    watch.slack.fail("chat.postMessage", SLACK_PAUSE)
    pause = TelegramFault(429, "Too Many Requests: retry after 3", {"retry_after": 3})
    watch.telegram.fail("sendMessage", pause)
    watch.breaks()
    await watch.look()
    watch.mends()
    await watch.look(minutes=5)
    await watch.look(minutes=30)
    assert watch.on_telegram == watch.on_slack == []


async def test_a_disk_that_is_nearly_full_is_over_when_there_is_room_to_spare(
    watch: Watch,
) -> None:
    watch.free = 41_000_000
    await watch.look()
    assert "41 MB are left" in watch.on_slack[0]
    watch.free = LOW_DISK + 1
    await watch.look(minutes=1)
    await watch.look(hours=1)
    assert len(watch.on_slack) == 1
    watch.free = 2 * LOW_DISK
    await watch.look(minutes=1)
    await watch.look(minutes=11)
    assert "has room again" in watch.on_slack[1]


async def test_a_revoked_token_is_told_without_what_it_was(watch: Watch) -> None:
    watch.slack.fail("auth.test", Fault(error="token_revoked"), times=9)
    await watch.look()
    assert len(watch.on_telegram) == 1
    assert "SLACK_BOT_TOKEN is not accepted any more" in watch.on_telegram[0]
    assert not any(secret in watch.on_telegram[0] for secret in SECRETS)
    watch.slack.faults["auth.test"].clear()
    await watch.look(minutes=6)
    await watch.look(minutes=11)
    assert "SLACK_BOT_TOKEN is accepted again" in watch.on_telegram[1]
    watch.telegram.fail("getMe", TelegramFault(401, "Unauthorized"), times=9)
    await watch.look(minutes=6)
    assert "TELEGRAM_BOT_TOKEN" in watch.on_slack[-1]


async def test_a_platform_that_is_away_says_nothing_of_its_token(watch: Watch) -> None:
    watch.telegram.fail("getMe", TelegramFault(), times=1)
    watch.slack.fail("auth.test", Fault(error="ratelimited", status=429, retry_after=3))
    await watch.look()
    assert watch.on_telegram == watch.on_slack == []


async def test_a_scope_a_clock_and_a_webhook_that_are_wrong_are_told_with_the_fix(
    watch: Watch,
) -> None:
    watch.start(language="en")
    scopes = watch.slack.scopes
    watch.slack.scopes = tuple(one for one in scopes if one != "chat:write")
    await watch.look()
    assert len(watch.on_telegram) == 1
    assert "chat:write" in watch.on_telegram[0]
    assert "slack manifest" in watch.on_telegram[0]
    watch.slack.fail("auth.test", Fault(error="token_revoked"))  # nothing is known of scopes then
    await watch.look(minutes=6)
    assert "SLACK_BOT_TOKEN" in watch.on_telegram[1]
    watch.slack.scopes = scopes
    watch.telegram.webhook = {"url": "https://other.example.org/"}
    watch.drift = timedelta(minutes=20)
    await watch.look(minutes=6)
    assert len(watch.on_telegram) == 3
    assert "https://other.example.org/" in watch.on_telegram[2]
    assert len(re.findall(r"\+1[12]\d\d\b", watch.on_telegram[2])) == 2  # both platforms' clocks
    watch.telegram.webhook, watch.drift = {"url": ""}, timedelta()
    await watch.look(minutes=6)
    await watch.look(minutes=11)
    assert watch.on_telegram[-1].count("in order again") >= 3


async def test_a_database_that_is_away_is_told_from_memory(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch.alerts.round()

    async def away(*_: object) -> int:
        raise StoreAway(f"the database does not answer ({BOT_TOKEN})")

    for _ in range(5):
        with monkeypatch.context() as broken:
            broken.setattr(watch.store.deliveries, "count_since", away)
            for _ in range(4):
                await watch.alerts.round()
                watch.move(seconds=25)
        await watch.alerts.round()
        watch.move(minutes=20)
    assert [text.partition(":")[2] for text in watch.on_telegram[:2]] == [
        " the database cannot be used: the database does not answer ([secret])",
        " the database works again.",
    ]
    assert len(watch.on_telegram) == len(watch.on_slack) == 6  # three outages a day


async def test_a_digest_in_doubt_is_told_for_a_day(watch: Watch) -> None:
    platform = Platform()
    outbox = Outbox(
        watch.store, {"telegram": platform}, watch_composer(watch),
        limits={"telegram": UNLIMITED}, once_more=False,
    )  # fmt: skip
    chat = await watch.store.chats.ensure(Address("telegram", "7"), RoomKind.DM)
    await watch.store.schedules.set(chat, Schedule("UTC", minute=8 * 60 + 30, days=EVERY_DAY))
    watch.move(hours=1)
    platform.plan(Unknown("the answer was lost"))
    await outbox.start()
    await outbox.step()
    await outbox.finish()
    await watch.look()
    await watch.look(hours=20)
    assert len(watch.on_slack) == 1
    assert "of 1 digest of the last day nobody knows" in watch.on_slack[0]
    await watch.look(hours=4)
    await watch.look(minutes=11)
    assert "no digest of the last day is in doubt" in watch.on_slack[1]


def watch_composer(watch: Watch) -> Composer:
    words = watch.start()._teller._voice.words
    return Composer(lambda: watch.library.edition.library, words, Language.EN, watch.alerts.ran_dry)


async def test_a_topic_that_ran_dry_is_told_until_something_is_written_on_it(
    watch: Watch,
) -> None:
    platform, composer = Platform(), watch_composer(watch)
    outbox = Outbox(watch.store, {"telegram": platform}, composer, limits={"telegram": UNLIMITED})
    chat = await watch.store.chats.ensure(Address("telegram", "7"), RoomKind.DM)
    await watch.store.chats.subscribe(chat, "burnout")
    await watch.store.schedules.set(chat, Schedule("UTC", minute=7 * 60 + 30, days=EVERY_DAY))
    await outbox.start()
    for _ in range(5):
        watch.move(days=1)
        await outbox.step()
        await watch.look()
    await outbox.finish()
    assert len(watch.on_telegram) == 1
    assert "read everything on Burnout" in watch.on_telegram[0]
    watch.start(language="both")
    await watch.look(hours=1)
    assert len(watch.on_telegram) == 1
    _write_more(watch.content)
    assert watch.library.reload()
    await watch.look(hours=1)
    await watch.look(minutes=11)
    assert "something new on Burnout" in watch.on_telegram[1]
    assert "“职业倦怠”有新内容" in watch.on_telegram[1]


def _write_more(content: Path) -> None:
    """An entry that was on another topic alone is on this one, too."""
    file = content / "articles" / "silicon-valley-002.yaml"
    text = file.read_text(encoding="utf-8")
    more = text.replace("    topics: [overwork]", "    topics: [burnout, overwork]", 1)
    file.write_text(more, encoding="utf-8")


async def test_work_that_stopped_and_a_bot_that_ends_by_itself_are_told(watch: Watch) -> None:
    watch.stopped = ["slack has not answered for 601 s (600 s are allowed)"]
    await watch.look()
    watch.stopped = ["slack has not answered for 660 s (600 s are allowed)"]
    await watch.look(minutes=1)
    assert len(watch.on_telegram) == 1
    assert "has not answered for 601 s" in watch.on_telegram[0]
    await watch.alerts.farewell(SettingsError(["SLACK_APP_TOKEN is refused by Slack"]))
    assert watch.on_telegram[1] == "aiwork stops: SLACK_APP_TOKEN is refused by Slack"
    watch.stopped = []
    watch.start()
    await watch.look(minutes=1)
    await watch.look(minutes=11)
    assert watch.on_telegram[2:] == ["aiwork: work goes on again.\n\naiwork runs again."]


async def test_secrets_and_control_characters_in_a_reason_stay_out(watch: Watch) -> None:
    await watch.alerts.report(Alert.BACKUP, "", True, why=f"\x1b[2J {BOT_TOKEN} xoxb-1-another")
    await watch.look()
    assert "the backup of today failed" in watch.on_telegram[0]
    assert "xoxb" not in watch.on_telegram[0] + watch.on_slack[0]
    assert "\x1b" not in watch.on_telegram[0]


async def test_a_day_has_a_handful_of_messages_and_the_last_says_so(watch: Watch) -> None:
    for number in range(3 * MOST_A_DAY):
        await watch.alerts.report(Alert.TOKEN, f"T{number}", True, variable=f"T{number}", why="-")
        await watch.look(minutes=20)
    assert len(watch.on_telegram) == len(watch.on_slack) == MOST_A_DAY
    assert "the last message for today" in watch.on_telegram[-1]
    assert not any("last message" in text for text in watch.on_telegram[:-1])
    watch.start()
    await watch.look(hours=1)
    assert len(watch.on_telegram) == MOST_A_DAY
    await watch.look(hours=24)
    assert len(watch.on_telegram) == MOST_A_DAY + 1
    assert watch.on_telegram[-1].count("is not accepted") == 10  # what waited comes together


async def test_who_could_not_be_reached_hears_of_it_later_and_nobody_twice(watch: Watch) -> None:
    watch.slack.fail("chat.postMessage", SLACK_PAUSE, times=3)
    watch.breaks()
    for _ in range(3):
        await watch.look(seconds=5)
    assert (len(watch.on_telegram), watch.on_slack) == (1, [])
    for _ in range(3):
        await watch.look(seconds=5)
    assert len(watch.on_telegram) == len(watch.on_slack) == 1


async def test_an_answer_that_was_lost_is_tried_once_more_and_no_third_time(watch: Watch) -> None:
    watch.start(operators="telegram:900")
    watch.telegram.fail("sendMessage", TelegramFault(after=True), times=2)  # arrives; reset
    watch.breaks()
    for _ in range(4):
        await watch.look(minutes=3)
    assert len(watch.on_telegram) == 2


async def test_an_operator_who_blocked_the_bot_keeps_nobody_else_from_hearing(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    watch.telegram.fail(
        "sendMessage", TelegramFault(403, "Forbidden: bot was blocked by the user"), times=9
    )
    watch.breaks()
    await watch.look()
    watch.free = 1
    await watch.look(minutes=5)
    assert len(watch.on_slack) == 2
    told = [r.getMessage() for r in caplog.records if "operator cannot be told" in r.getMessage()]
    assert len(told) == 1
    assert "correct AIWORK_OPERATORS" in told[0]


async def test_several_processes_tell_it_once(watch: Watch) -> None:
    first, second = watch.alerts, watch.start()
    watch.breaks()
    for one in (first, second):
        one._library = watch.library
    await asyncio.gather(first.look(), second.look(), first.look(), second.look())
    assert len(watch.on_telegram) == len(watch.on_slack) == 1


async def test_a_message_whose_sender_died_is_taken_up_by_another(watch: Watch) -> None:
    watch.free = 1
    await watch.alerts.report(Alert.DISK, watch.alerts._here, True, free=0, folder="…")
    assert (await watch.store.alerts.claim(MOST_A_DAY)).alerts  # and then the process dies
    watch.start()
    await watch.look(minutes=1)
    assert watch.on_telegram == []
    await watch.look(minutes=2)
    assert len(watch.on_telegram) == 1


# --- the command, the setting, the process


async def tried(slack: SlackStandIn, telegram: Standin, data: Path, **more: str) -> tuple[int, str]:
    strange = dict.fromkeys(n for n in os.environ if n.startswith(PREFIXES))
    given = {
        "AIWORK_DATA_DIR": str(data),
        "AIWORK_OPERATORS": OPERATORS,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_BASE_URL": slack.api,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": telegram.root,
    }
    environment = strange | given | more
    done = await asyncio.to_thread(
        CliRunner().invoke, main, ["alerts", "test"], env=environment, catch_exceptions=False
    )
    return done.exit_code, done.output


async def test_a_trial_says_for_each_operator_whether_it_arrived(
    telegram: Standin, tmp_path: Path
) -> None:
    telegram.room(900)
    async with SlackStandIn() as slack:
        code, said = await tried(slack, telegram, tmp_path)
        assert (code, said) == (0, "arrived at telegram:/900\narrived at slack:/C0OPEN\n")
        assert len(telegram.texts(900)) == len(slack.posts) == 1
        telegram.fail("sendMessage", TelegramFault(403, "Forbidden: bot was blocked by the user"))
        code, said = await tried(
            slack, telegram, tmp_path, AIWORK_OPERATORS="telegram:900,slack:C0NOWHERE"
        )
        assert code == 1
        assert "did not arrive at telegram:/900: " in said
        assert "did not arrive at slack:/C0NOWHERE: channel_not_found; invite the bot" in said
        code, said = await tried(slack, telegram, tmp_path, TELEGRAM_BOT_TOKEN=f"1{TOKEN}")
        assert code == 1
        assert "TELEGRAM_BOT_TOKEN is not accepted" in said
        assert TOKEN not in said
        code, said = await tried(slack, telegram, tmp_path, AIWORK_OPERATORS="")
        assert code == 2
        assert "AIWORK_OPERATORS is not set" in said


@pytest.mark.parametrize(
    ("operators", "said"),
    [
        ("bob", "bob is no chat"),
        ("telegram:@bob", "is no chat"),
        ("telegram:", "is no chat"),
        ("slack:general", "is no chat"),
        ("console:terminal", "is no chat"),
        ("telegram:1,,irc:#x", "irc:#x is no chat"),
        ("slack:C024BE91L", "names slack, whose token is not set"),
    ],
)
def test_operators_that_are_none_are_refused_at_start(
    operators: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("AIWORK_OPERATORS", operators)
    with pytest.raises(SettingsError, match=said):
        read_settings()


def test_many_workspaces_need_the_operators_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_MODE", "http")
    monkeypatch.setenv("AIWORK_OPERATORS", "slack:C024BE91L")
    with pytest.raises(SettingsError, match="slack:T024BE7LD/C024BE91L"):
        read_settings()
    monkeypatch.setenv("AIWORK_OPERATORS", "slack:T1/C024BE91L")
    read_settings()


async def test_the_running_bot_tells_what_broke_and_why_it_ends(
    telegram: Standin, tmp_path: Path
) -> None:
    telegram.room(900)
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    async with SlackStandIn() as slack:
        settings = {
            "AIWORK_OPERATORS": OPERATORS,
            "AIWORK_CONTENT_DIR": str(content),
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_BASE_URL": slack.api,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": telegram.root,
        }
        async with running(tmp_path / "data", settings) as bot:
            await bot.ready()
            (content / "topics.yaml").write_text("- slug: [", encoding="utf-8")
            await telegram.until(lambda: telegram.texts(900), 30)
            await slack.until(lambda: slack.posts, 30)
            assert "edits are not served" in telegram.texts(900)[0]
            slack.fail("apps.connections.open", Fault(error="invalid_auth"), times=99)
            slack.reset()
            errors = await bot.ended()
        assert bot.process.returncode == 2
        assert "SLACK_APP_TOKEN is refused" in errors
        assert len(telegram.texts(900)) == 2
        assert "aiwork stops: SLACK_APP_TOKEN is refused" in telegram.texts(900)[1]
        store = await Store.open(f"sqlite:///{tmp_path}/data/aiwork.db")
        assert (Alert.ENDED, "") in await store.alerts.standing()
        await store.close()
