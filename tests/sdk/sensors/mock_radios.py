"""A modem, a Wi-Fi card and a battery on the mock bus; names and numbers must stay there."""

from dbus_fast import Variant

from tests.sdk.sensors.mock_bus import MODEM_MANAGER, NETWORK_MANAGER, UPOWER, MockBus

MODEM = "/org/freedesktop/ModemManager1/Modem/0"
GUARDED = {
    *("Thuis bij Jansen", "AA:BB:CC:DD:EE:0F", "KPN Mobiel", "20408", "356938035643809"),
    *("8931080019073497795", "192.0.2.77"),
}


def add_modem(bus: MockBus, path: str = MODEM, *, state: int = 11, registration: int = 1) -> None:
    """A modem as ModemManager tells it, with all that must stay where it is."""
    bus.add(MODEM_MANAGER, path)
    bus.tell(
        MODEM_MANAGER,
        path,
        f"{MODEM_MANAGER}.Modem",
        State=Variant("i", state),
        EquipmentIdentifier=Variant("s", "356938035643809"),
        OwnNumbers=Variant("as", ["8931080019073497795"]),
    )
    bus.tell(
        MODEM_MANAGER,
        path,
        f"{MODEM_MANAGER}.Modem.Modem3gpp",
        RegistrationState=Variant("u", registration),
        Imei=Variant("s", "356938035643809"),
        OperatorName=Variant("s", "KPN Mobiel"),
        OperatorCode=Variant("s", "20408"),
    )


def add_wifi(bus: MockBus, name: str = "wlan0", *, state: int = 100) -> None:
    """A card and its access point as NetworkManager tells them."""
    manager = ("/org/freedesktop", NETWORK_MANAGER)
    texts = (Variant("s", name), Variant("s", name))
    card = bus.mock(NETWORK_MANAGER, manager[0], "AddWiFiDevice", *texts, Variant("i", state))
    point = bus.mock(
        NETWORK_MANAGER,
        manager[0],
        "AddAccessPoint",
        *(
            Variant("s", each)
            for each in (card, f"of_{name}", "Thuis bij Jansen", "AA:BB:CC:DD:EE:0F")
        ),
        *(Variant("u", each) for each in (2, 2412, 54)),
        Variant("y", 55),
        Variant("u", 0x100),
    )
    device = f"{NETWORK_MANAGER}.Device"
    bus.tell(NETWORK_MANAGER, card, device, Ip4Address=Variant("s", "192.0.2.77"))
    bus.tell(NETWORK_MANAGER, card, f"{device}.Wireless", ActiveAccessPoint=Variant("o", point))


def tell_conditions(
    bus: MockBus, *, metered: int = 2, in_use: str = "802-11-wireless", warning: int = 1
) -> None:
    """What the network costs, and how the battery is."""
    manager = "/org/freedesktop/NetworkManager"
    bus.tell(
        NETWORK_MANAGER,
        manager,
        NETWORK_MANAGER,
        Metered=Variant("u", metered),
        PrimaryConnectionType=Variant("s", in_use),
    )
    battery = "/org/freedesktop/UPower/devices/DisplayDevice"
    bus.set(UPOWER, battery, f"{UPOWER}.Device", "WarningLevel", Variant("u", warning))
