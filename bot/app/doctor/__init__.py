"""What is wrong with this installation, and how it is set right: `aiwork doctor`."""

from bot.app.doctor.examine import Surroundings, examine
from bot.app.doctor.findings import Finding, Trouble, report

__all__ = ["Finding", "Surroundings", "Trouble", "examine", "report"]
