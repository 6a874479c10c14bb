"""What starts an adapter: a grant of its own signal, and nothing else."""

from typing import Any, cast

import plyer
import pytest

from nabij.sensors import Access
from nabij.sensors.android import AndroidGsm, AndroidWifi
from nabij.sensors.kivy import KivyGps
from nabij.sensors.linux import ModemManager, NetworkManager
from tests.sdk.sensors.fake_android import FakeContext
from tests.sdk.sensors.grants import Consent

ADAPTERS = {
    "GpsGrant": (KivyGps(plyer.gps, access=lambda: Access.PRECISE),),
    "GsmGrant": (ModemManager(), AndroidGsm(FakeContext())),
    "WifiGrant": (NetworkManager(), AndroidWifi(FakeContext())),
}


@pytest.mark.parametrize(
    ("own", "adapter"),
    [(own, each) for own, adapters in ADAPTERS.items() for each in adapters],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_an_adapter_takes_no_grant_of_another_signal_and_nothing_else(
    own: str,
    adapter: Any,  # noqa: ANN401 - wrong calls are made on purpose
) -> None:
    consent = Consent()
    grants: list[object] = [consent.gps(), consent.gsm(), consent.wifi()]
    others = [each for each in grants if type(each).__name__ != own]
    assert len(others) == 2
    for wrong in (*others, None, "gps", cast("object", consent)):
        with pytest.raises(TypeError, match=own):
            adapter.start(wrong)
        with pytest.raises(TypeError, match=own):
            adapter.ask(wrong, pytest.fail)
