from dataclasses import replace
from datetime import timedelta

import pytest

from nabij_consent import InvalidGrant, Signal, epoch_of
from nabij_geo import Resolution
from tests.consent.values import grant


@pytest.mark.parametrize("epoch", [-1, 0, 2**53])
def test_an_epoch_is_a_number_that_json_can_tell(epoch: int) -> None:
    with pytest.raises(InvalidGrant, match="An epoch"):
        replace(grant(), epoch=epoch)


@pytest.mark.parametrize(
    ("leaf_hash", "epoch"),
    [
        (bytes(32), 1),
        (bytes([255]) * 32, 2**53 - 1),
        (bytes([0, 0, 0, 0, 0, 0, 0b1000]) + bytes(25), 1),
        (bytes([0b1000_0000]) + bytes(31), 2**52),
        (bytes(6) + bytes([0b1_0111]) + bytes([255]) * 25, 0b10),
    ],
)
def test_an_epoch_is_the_first_53_bits_of_a_leaf(leaf_hash: bytes, epoch: int) -> None:
    assert epoch_of(leaf_hash) == epoch
    assert replace(grant(), epoch=epoch).epoch == epoch


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
