"""Telling operators what needs a person: AIWORK_OPERATORS."""

from bot.app.alerts.alerts import Alerts
from bot.app.alerts.kinds import Alert
from bot.app.alerts.make import make_alerts, try_alerts
from bot.app.alerts.tell import MOST_A_DAY, Teller

__all__ = ["MOST_A_DAY", "Alert", "Alerts", "Teller", "make_alerts", "try_alerts"]
