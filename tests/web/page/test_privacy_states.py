"""The privacy centre, in every state and for everybody."""

import pytest

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.accessibility import faults_on_the_way
from tests.web.page.states import ways


@pytest.mark.parametrize("last", ways("privacy"))
def test_nobody_is_kept_out(eyes: Eyes, shared: RunningService, last: str) -> None:
    assert not faults_on_the_way(eyes, shared, last)
