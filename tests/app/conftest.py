from __future__ import annotations

from tests.adapters.telegram.conftest import bench, telegram

__all__ = ["bench", "telegram"]
