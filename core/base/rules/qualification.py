"""How long a qualification holds."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def held_until(valid_from: date, months: int | None) -> date | None:
    """The last day on which it holds; None when it does not have to be renewed."""
    return None if months is None else valid_from + relativedelta(months=months) - timedelta(days=1)
