"""The newest earlier release, and every one in the long form, becomes this one under load."""

import os

import pytest

from tests.rehearsal.releases import NoHistory, Release, earlier_releases
from tests.rehearsal.upgrade import RECEIPTS_SINCE, upgrade

_ALL = bool(os.environ.get("NABIJ_EVERY_UPGRADE"))


def releases() -> list[Release]:
    """Those to upgrade; none where this checkout has no history."""
    try:
        found = [each for each in earlier_releases() if each.revision >= RECEIPTS_SINCE]
    except NoHistory:
        return []
    return found if _ALL else found[-1:]


@pytest.mark.parametrize("release", releases(), ids=lambda release: release.revision)
def test_no_request_fails_that_is_asked_again(release: Release) -> None:
    upgraded = upgrade(release)
    assert upgraded.acts > 0
    assert upgraded.lost == 0
    assert upgraded.requests > upgraded.acts
    if upgraded.is_rolling:
        assert upgraded.told_anew == 0
