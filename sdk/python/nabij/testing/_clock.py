"""A clock to turn."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Go on, or back where ``by`` is negative."""
        self._now += by
