"""What is not read on iOS."""

import pytest

from nabij import Unsupported
from nabij.sensors import Access, GsmAdapter, WifiAdapter
from nabij.sensors.ios import IosGsm, IosWifi
from tests.sdk.sensors.grants import Consent


def test_a_report_of_permissions_can_name_the_reason() -> None:
    phone: GsmAdapter = IosGsm()
    network: WifiAdapter = IosWifi()
    assert (phone.access(), network.access()) == (Access.UNSUPPORTED, Access.UNSUPPORTED)
    with pytest.raises(Unsupported, match="mobile network of an iPhone"):
        phone.start(Consent().gsm())
    with pytest.raises(Unsupported, match="Wi-Fi of an iPhone"):
        network.ask(Consent().wifi(), pytest.fail)
