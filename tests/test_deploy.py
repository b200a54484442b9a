"""The files under deploy/ read figures that exist, and Prometheus takes them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.app.liveness import LOOK_SECONDS
from bot.cli.alive import alive
from bot.cli.common import Exit
from bot.core.chats import DeliveryState
from bot.core.reply import Outcome
from bot.metrics import Metrics
from tests.docs import ROOT, alert_rules

RULES = ROOT / "deploy" / "prometheus-rules.yaml"


def panels() -> list[Any]:
    text = (ROOT / "deploy/grafana-dashboard.json").read_text(encoding="utf-8")
    found: list[Any] = json.loads(text)["panels"]
    return found


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in alert_rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def exposed() -> dict[str, tuple[str, ...]]:
    """Every name that a scrape of ours may hold, with its labels."""
    metrics = Metrics()
    names: dict[str, tuple[str, ...]] = {"up": ()}
    for family in metrics.registry.collect():
        labels = metrics.labels.get(family.name, ())
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        for end in ends.get(family.type, ("",)):
            names[f"{family.name}{end}"] = labels
    return names


def test_every_metric_that_is_read_exists() -> None:
    known = exposed()
    read = {n for e in expressions() for n in re.findall(r"\b(?:aiwork|process)_\w+", e)}
    assert len(read) > 8
    assert read - set(known) == set()


def test_every_label_and_value_that_is_read_exists() -> None:
    known = exposed()
    values: dict[str, set[str]] = {
        "state": set(DeliveryState),
        "outcome": set(Outcome),
        "found": {"yes", "no"},
        "job": {"aiwork"},
    }
    for expression in expressions():
        for name, label, value in re.findall(r'(\w+)\{(\w+)="([^"]*)"\}', expression):
            assert value in values[label], expression
            assert label == "job" or label in known[name], expression
        labels = {label for name in known if name in expression for label in known[name]}
        for grouped in re.findall(r"by \(([^)]*)\)", expression):
            assert set(grouped.split(", ")) <= labels | {"le"}, expression


def test_every_metric_of_ours_is_on_the_dashboard_or_in_an_alert() -> None:
    told = " ".join(expressions())
    shown_otherwise = {"aiwork_searches_nothing_found_ratio"}  # drawn from its counters
    assert {n for n in Metrics().labels if n not in told} == shown_otherwise


def test_every_alert_says_what_to_do() -> None:
    names = [rule["alert"] for rule in alert_rules()]
    assert len(names) == len(set(names))
    for rule in alert_rules():
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]


def test_supervisors_go_by_the_exit_codes_and_the_health_check_that_exist() -> None:
    unit = (ROOT / "deploy/aiwork.service").read_text(encoding="utf-8")
    given = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    assert int(given["RestartPreventExitStatus"]) == Exit.WRONG
    assert (given["Type"], given["WatchdogSignal"]) == ("notify", "SIGTERM")
    assert float(given["WatchdogSec"]) > 3 * LOOK_SECONDS
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    in_image = json.loads(re.findall(r"HEALTHCHECK.*\n\s+CMD (\[.*\])", docker)[0])
    for words in (in_image, compose["services"]["aiwork"]["healthcheck"]["test"][1:]):
        assert words[:4] == ["python", "-m", "bot", "alive"]
        assert set(words[4::2]) <= {option for one in alive.params for option in one.opts}


def test_prometheus_takes_the_rules() -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("no promtool here: it comes with Debian's package prometheus")
    done = subprocess.run([promtool, "check", "rules", RULES], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
