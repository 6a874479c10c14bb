"""States of networks: what they can hold, and what they cannot."""

from typing import get_type_hints

import pytest

from nabij.sensors import GsmState, WifiState


@pytest.mark.parametrize("state", [GsmState, WifiState])
def test_no_member_can_hold_an_identifier(state: type[GsmState | WifiState]) -> None:
    assert get_type_hints(state) == {"connected": bool}
