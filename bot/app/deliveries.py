"""The outbox and the composer, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.commands.request import Services
from bot.core.ports import Sender
from bot.delivery.attempt import DeliveryMetrics
from bot.delivery.outbox import Outbox
from bot.digest.composer import Composer
from bot.settings import Settings
from bot.store.store import Store


def make_outbox(
    settings: Settings,
    store: Store,
    services: Services,
    senders: Mapping[str, Sender],
    metrics: DeliveryMetrics | None = None,
    ran_dry: Callable[[Iterable[str]], None] = lambda _: None,
) -> Outbox:
    composer = Composer(
        lambda: services.library.edition.library,
        services.words,
        services.default_language,
        ran_dry,
    )
    return Outbox(
        store,
        senders,
        composer,
        once_more=settings.unknown_outcome == "resend",
        network_ok=settings.allow_network_folder,
        metrics=metrics,
    )
