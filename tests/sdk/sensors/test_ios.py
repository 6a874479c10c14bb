"""What iOS does not give."""

import pytest

from nabij import Unsupported
from nabij.sensors import Access, GsmAdapter, WifiAdapter
from nabij.sensors.ios import IosGsm, IosWifi
from tests.sdk.sensors.grants import Consent


def test_a_report_of_permissions_can_name_the_reason() -> None:
    phone: GsmAdapter = IosGsm()
    network: WifiAdapter = IosWifi()
    assert (phone.access(), network.access()) == (Access.UNSUPPORTED, Access.UNSUPPORTED)
    with pytest.raises(Unsupported, match="how strong the mobile network is"):
        phone.start(Consent().gsm())
    with pytest.raises(Unsupported, match="together with its name"):
        network.ask(Consent().wifi(), pytest.fail)
