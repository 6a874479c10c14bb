"""Fixtures for tests of apps that embed Nabij; pytest finds them by itself.

It stands outside the package, so that a suite that uses none of them loads nothing of Nabij.

- ``nabij_phone``: a phone with a service in memory, a clock and sensors (``nabij.testing.Phone``)
- ``nabij_service``, ``nabij_clock``: those of that phone
- ``nabij_client``: a ``nabij.Client`` on it, signed in as ``nabij_account``, closed with the test
- ``nabij_account``: ``"eva"``; override it for somebody else
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import nabij
    from nabij.testing import FakeService, ManualClock, Phone


@pytest.fixture
def nabij_account() -> str:
    """Return the account that is signed in."""
    return "eva"


@pytest.fixture
def nabij_phone(tmp_path: Path) -> "Phone":
    """Return a phone of this test alone."""
    from nabij.testing import Phone  # noqa: PLC0415 - only where it is used

    return Phone(tmp_path)


@pytest.fixture
def nabij_service(nabij_phone: "Phone") -> "FakeService":
    """Return the service that the phone talks to."""
    return nabij_phone.service


@pytest.fixture
def nabij_clock(nabij_phone: "Phone") -> "ManualClock":
    """Return the time of phone and service."""
    return nabij_phone.clock


@pytest.fixture
def nabij_client(nabij_phone: "Phone", nabij_account: str) -> Iterator["nabij.Client"]:
    """Yield a client on the phone."""
    import nabij  # noqa: PLC0415 - only where it is used

    with nabij.Client(**nabij_phone.arguments(nabij_account)) as client:
        yield client
