"""A running service, and the example app on a Toga that draws nothing."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.contract.conftest import logging_as_in_operation, settings_of, shared
from tests.contract.running import RunningService
from tests.examples.hands import Hands

__all__ = ["logging_as_in_operation", "settings_of", "shared"]


@pytest.fixture
def hands(
    shared: RunningService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Hands]:
    """A customer of their own with the app in their hands, which has just begun."""
    monkeypatch.setenv("TOGA_BACKEND", "toga_dummy")
    with Hands.holding(shared, tmp_path) as hands:
        yield hands
