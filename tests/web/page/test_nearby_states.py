"""What is near, in every state and for everybody."""

import pytest

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.accessibility import faults_on_path
from tests.web.page.states import paths


@pytest.mark.parametrize("last", paths("nearby"))
def test_nobody_is_kept_out(eyes: Eyes, shared: RunningService, last: str) -> None:
    assert not faults_on_path(eyes, shared, last)
