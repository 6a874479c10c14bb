"""The stand-in for Google, and what operators are told of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nabij_backend.google import Outage
from tests.backend.identity.fake_google import FakeGoogle, google_in_reach


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """Google as every library of this process meets it."""
    with google_in_reach(tmp_path, monkeypatch) as fake:
        yield fake


@pytest.fixture
def told() -> list[Outage]:
    """What operators were told of, in order."""
    return []
