"""A fake of the Android classes that the adapters call, with the names that Android gives them.

It answers with identifiers to whoever asks for them, and keeps what was asked.
"""

from dataclasses import dataclass, field

GUARDED = ("KPN", "20408", "Thuis bij Jansen", "AA:BB:CC:DD:EE:0F", "356938035643809")


class Asked(list[str]):
    """The methods that were called, in order."""


@dataclass
class TelephonyManager:
    asked: Asked
    network_type: int = 13
    throws: Exception | None = None

    def getDataNetworkType(self) -> int:
        self.asked.append("TelephonyManager.getDataNetworkType")
        if self.throws is not None:
            raise self.throws
        return self.network_type

    def getNetworkOperatorName(self) -> str:
        self.asked.append("TelephonyManager.getNetworkOperatorName")
        return "KPN"

    def getNetworkOperator(self) -> str:
        self.asked.append("TelephonyManager.getNetworkOperator")
        return "20408"

    def getImei(self) -> str:
        self.asked.append("TelephonyManager.getImei")
        return "356938035643809"


@dataclass
class NetworkCapabilities:
    asked: Asked
    transports: tuple[int, ...] = (1,)
    capabilities: tuple[int, ...] = (11, 12, 18)

    def hasTransport(self, transport: int, /) -> bool:
        self.asked.append("NetworkCapabilities.hasTransport")
        return transport in self.transports

    def hasCapability(self, capability: int, /) -> bool:
        self.asked.append("NetworkCapabilities.hasCapability")
        return capability in self.capabilities

    def getTransportInfo(self) -> str:
        self.asked.append("NetworkCapabilities.getTransportInfo")
        return "SSID: Thuis bij Jansen, BSSID: AA:BB:CC:DD:EE:0F"


@dataclass
class ConnectivityManager:
    asked: Asked
    capabilities: NetworkCapabilities | None

    def getActiveNetwork(self) -> object | None:
        self.asked.append("ConnectivityManager.getActiveNetwork")
        return None if self.capabilities is None else "100"

    def getNetworkCapabilities(self, network: object, /) -> NetworkCapabilities | None:
        self.asked.append("ConnectivityManager.getNetworkCapabilities")
        assert network == "100"
        return self.capabilities


@dataclass
class BatteryManager:
    charging: bool = False
    percent: int = 80

    def isCharging(self) -> bool:
        return self.charging

    def getIntProperty(self, name: int, /) -> int:
        assert name == 4, "BATTERY_PROPERTY_CAPACITY"
        return self.percent


@dataclass
class PackageManager:
    features: tuple[str, ...]

    def hasSystemFeature(self, feature: str, /) -> bool:
        return feature in self.features


@dataclass
class FakeContext:
    """android.content.Context of a phone on Wi-Fi at home, unless told otherwise."""

    permissions: tuple[str, ...] = (
        "android.permission.READ_BASIC_PHONE_STATE",
        "android.permission.ACCESS_NETWORK_STATE",
    )
    features: tuple[str, ...] = ("android.hardware.telephony",)
    asked: Asked = field(default_factory=Asked)

    def __post_init__(self) -> None:
        self.telephony = TelephonyManager(self.asked)
        self.connectivity = ConnectivityManager(self.asked, NetworkCapabilities(self.asked))
        self.battery = BatteryManager()

    def getSystemService(self, name: str, /) -> object:
        services = {
            "phone": self.telephony,
            "connectivity": self.connectivity,
            "batterymanager": self.battery,
        }
        return services[name]

    def checkSelfPermission(self, permission: str, /) -> int:
        return 0 if permission in self.permissions else -1

    def getPackageManager(self) -> PackageManager:
        return PackageManager(self.features)
