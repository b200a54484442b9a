"""What is counted. Labels have few values, known beforehand; none says who or where."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from bot.commands.handler import AnsweredCommand
from bot.core.chats import DeliveryState
from bot.core.reply import Outcome

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds of an answer: 500 ms is the promise, 3 s is when Slack gives up."""

_LATE = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 10_800.0, 21_600.0)
"""Seconds of a digest: 30 minutes is a full spread, 6 hours the end of its use."""


class Metrics:
    """The figures of this process; a scraper adds those of several up."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.labels: dict[str, tuple[str, ...]] = {}
        """The labels of each figure of ours, for docs/metrics.md."""
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._commands = self._counter("commands", "Commands answered", "verb", "outcome")
        self._seconds = self._histogram("command_seconds", "Until the reply was ready", _QUICK)
        self._searches = self._counter("searches", "Lookups of words", "found")
        self._nothing = self._gauge("searches_nothing_found_ratio", "Share that found nothing")
        self._misunderstood = self._counter("not_understood", "Lines that nothing was made of")
        self._offers = self._counter("offers", "Offers, and which was taken", "reason", "taken")
        self._deliveries = self._counter("deliveries", "Outcomes", "platform", "state")
        self._late = self._histogram(
            "delivery_lateness_seconds", "From due to sent", _LATE, "platform"
        )
        self._limited = self._counter("rate_limited", "429 answers", "platform")
        self._reconnects = self._counter("reconnects", "Connections made anew", "platform")
        self._edition = self._gauge(
            "content_edition_timestamp_seconds", "When the edition from AIWORK_CONTENT_URL was made"
        )
        self._refused = self._counter("content_refused", "Looks at it that gave no edition")
        self._found, self._asked = 0, 0

    def count_answer(self, one: AnsweredCommand) -> None:
        """A command was answered; hand it to `Handler(heard=…)`."""
        self._commands.labels(one.verb, one.outcome).inc()
        self._seconds.observe(one.seconds)
        if one.looked_up and one.outcome in (Outcome.ANSWERED, Outcome.NOTHING_FOUND):
            found = one.outcome is Outcome.ANSWERED
            self._asked, self._found = self._asked + 1, self._found + found
            self._searches.labels("yes" if found else "no").inc()
            self._nothing.set(1 - self._found / self._asked)

        if not one.understood:
            self._misunderstood.inc()
        if one.offer:
            self._offers.labels(one.offer.reason, str(one.offer.rank or "none")).inc()

    def delivered(self, platform: str, state: DeliveryState, late: float) -> None:
        """An attempt ended in that state, so many seconds after the digest was due."""
        self._deliveries.labels(platform, state).inc()
        if state is DeliveryState.SENT:
            self._late.labels(platform).observe(max(0.0, late))

    def rate_limited(self, platform: str) -> None:
        """The platform asked for a pause."""
        self._limited.labels(platform).inc()

    def reconnected(self, platform: str) -> None:
        """A connection that had been lost stands again."""
        self._reconnects.labels(platform).inc()

    def content_is_of(self, made: datetime) -> None:
        """The published edition that is served from now on."""
        self._edition.set(made.timestamp())

    def content_refused(self) -> None:
        """The address failed, or what lies there cannot be served."""
        self._refused.inc()

    def exposition(self) -> bytes:
        """The text format of Prometheus 0.0.4."""
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        self.labels[f"aiwork_{name}"] = labels
        return Counter(f"aiwork_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        self.labels[f"aiwork_{name}"] = ()
        return Gauge(f"aiwork_{name}", meaning, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        self.labels[f"aiwork_{name}"] = labels
        return Histogram(f"aiwork_{name}", meaning, labels, buckets=buckets, registry=self.registry)
