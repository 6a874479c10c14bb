"""Nabij for apps: community energy around a customer, without anybody knowing where they are.

Ask, collect, look around, stop:

    client = nabij.Client("https://nabij.example", token=sign_in.token, sensors={"gps": Gpsd()})
    notice = client.notice("nl")
    client.grant(notice, signals=["gps"])  # once the customer has agreed
    client.collect()
    client.report()
    client.nearby(5)
    client.withdraw()

Nothing is collected that was not agreed to, and a position never leaves the device: the service
hears of a square of the European grid. ``nabij.sensors`` reads the phone; ``nabij.testing`` has
what an app's own tests need.
"""

import typing

from nabij._client import Client
from nabij._errors import (
    AnotherAccount,
    CallbackFailed,
    NabijError,
    NoPosition,
    NoticeSuperseded,
    NotPermitted,
    NotReachable,
    NotSignedIn,
    OutsideEurope,
    Rejected,
    SensorError,
    SensorTimeout,
    SensorUnavailable,
    ServiceUnavailable,
    StaleFix,
    StoreFailed,
    StoreInUse,
    UnknownAnswer,
    Unsupported,
)
from nabij._gate import LEASE, DeviceReason, Permission, RefusalReason, Refused
from nabij._gated import gated
from nabij._http import Token
from nabij._listening import Change
from nabij._live import GpsGrant, GsmGrant, LiveGrant, WifiGrant
from nabij._messages import customer_message
from nabij._pacing import HeldReport, Holding
from nabij._permissions import PermissionReport, SignalPermission
from nabij._quiet_places import QuietPlace
from nabij._values import (
    CatalogueOutcome,
    CatalogueState,
    Collected,
    Confirmation,
    CustomersDevice,
    Devices,
    DeviceState,
    DeviceStatus,
    NearbySource,
    Pending,
    Place,
    Platform,
    Preview,
    Problem,
    Receipt,
    Report,
    ShownNotice,
    Source,
    SourceAround,
    Stepped,
    Waiting,
    Withdrawal,
)
from nabij_consent import NEARBY_SOURCES, Allowed, Purpose, Reason, Signal
from nabij_geo import Cell, DistanceInterval, Position

if typing.TYPE_CHECKING:
    from nabij._async_client import AsyncClient

__all__ = [
    "LEASE",
    "NEARBY_SOURCES",
    "Allowed",
    "AnotherAccount",
    "AsyncClient",
    "CallbackFailed",
    "CatalogueOutcome",
    "CatalogueState",
    "Cell",
    "Change",
    "Client",
    "Collected",
    "Confirmation",
    "CustomersDevice",
    "DeviceReason",
    "DeviceState",
    "DeviceStatus",
    "Devices",
    "DistanceInterval",
    "GpsGrant",
    "GsmGrant",
    "HeldReport",
    "Holding",
    "LiveGrant",
    "NabijError",
    "NearbySource",
    "NoPosition",
    "NotPermitted",
    "NotReachable",
    "NotSignedIn",
    "NoticeSuperseded",
    "OutsideEurope",
    "Pending",
    "Permission",
    "PermissionReport",
    "Place",
    "Platform",
    "Position",
    "Preview",
    "Problem",
    "Purpose",
    "QuietPlace",
    "Reason",
    "Receipt",
    "RefusalReason",
    "Refused",
    "Rejected",
    "Report",
    "SensorError",
    "SensorTimeout",
    "SensorUnavailable",
    "ServiceUnavailable",
    "ShownNotice",
    "Signal",
    "SignalPermission",
    "Source",
    "SourceAround",
    "StaleFix",
    "Stepped",
    "StoreFailed",
    "StoreInUse",
    "Token",
    "UnknownAnswer",
    "Unsupported",
    "Waiting",
    "WifiGrant",
    "Withdrawal",
    "customer_message",
    "gated",
]


def __getattr__(name: str) -> object:
    """Load the client for asyncio, and asyncio, for those alone who use it."""
    if name != "AsyncClient":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nabij._async_client import AsyncClient  # noqa: PLC0415 - said above

    globals()[name] = AsyncClient
    return AsyncClient
