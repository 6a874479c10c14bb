from dataclasses import replace
from datetime import timedelta

import pytest

from nabij_consent import InvalidGrant, Signal
from nabij_geo import Resolution
from tests.consent.values import grant


def test_epochs_count_from_one() -> None:
    with pytest.raises(InvalidGrant, match="Epochs"):
        replace(grant(), epoch=0)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1)])
def test_a_grant_expires_after_it_was_given(lifetime: timedelta) -> None:
    with pytest.raises(InvalidGrant, match="expires after"):
        replace(grant(), expires_at=grant().granted_at + lifetime)


@pytest.mark.parametrize(
    ("signal", "resolution_m"),
    [(Signal.GPS, None), (Signal.GSM, 1_000), (Signal.WIFI, 10_000)],
)
def test_only_a_position_has_a_resolution(signal: Signal, resolution_m: Resolution | None) -> None:
    with pytest.raises(InvalidGrant, match="resolution"):
        replace(grant(), signal=signal, resolution_m=resolution_m)
