"""What is near, in every state and for everybody."""

import pytest

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.accessibility import faults_in_state, states_of


@pytest.mark.parametrize("name", states_of("nearby"))
def test_nobody_is_kept_out(eyes: Eyes, shared: RunningService, name: str) -> None:
    assert not faults_in_state(eyes, shared, name)
