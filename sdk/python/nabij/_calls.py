"""What the use cases ask of network and sensors, apart from acts."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from nabij._decode import read_shown_notice
from nabij._device import Device
from nabij._errors import NotPermitted, Rejected
from nabij._gate import DeviceReason
from nabij._live import LiveGrant
from nabij._queue import Row
from nabij._values import ShownNotice
from nabij._wire import Answer, Call, Identity, nothing, understand
from nabij.sensors import Reading, Sensor
from nabij_consent import Locale

_NOTHING_TO_ASK: Final = "/problems/nothing-to-ask"


@dataclass(frozen=True, slots=True)
class Sense:
    """One reading of a sensor: started, read, and closed whatever happens."""

    grant: LiveGrant
    start: Callable[[], Sensor[Reading]]
    timeout_s: float


def acknowledgement_call(device_id: UUID, number: int) -> Call:
    """Says that this device applied every act up to ``number``."""
    path = f"/v1/devices/{device_id}/acknowledgement"
    return Call("PUT", path, Identity.CUSTOMER, json={"number": number})


def keep_push_token(device_id: UUID, token: str | None) -> Generator[Call, Answer, None]:
    """Say where this device can be woken; None: nowhere."""
    path = f"/v1/devices/{device_id}/push-token"
    if token is None:
        answer = yield Call("DELETE", path, Identity.CUSTOMER)
    else:
        answer = yield Call("PUT", path, Identity.CUSTOMER, json={"push_token": token})
    understand(answer, nothing)


def status_call(device: Device, cleared: Sequence[tuple[LiveGrant, Row]]) -> Call:
    """Reports what waits, each row with the gate's word of this moment.

    Raises:
        NotPermitted: a grant has ended, or is not the one of its row.
    """
    for grant, row in cleared:
        LiveGrant.admit(grant)
        if (grant.purpose, grant.signal, grant.epoch) != (*row.key, row.epoch):
            raise NotPermitted((DeviceReason.GRANT_CHANGED,))
    document = {"platform": device.platform, "reports": [row.to_document() for _, row in cleared]}
    grants = tuple(grant for grant, _ in cleared)
    path = f"/v1/devices/{device.id}/status"
    return Call("PUT", path, Identity.CUSTOMER, json=document, grants=grants)


def own_cells_call(grant: LiveGrant) -> Call:
    """Asks which squares devices of this customer told last."""
    return Call("GET", "/v1/me/cell", Identity.CUSTOMER, grants=(grant,))


def fetch_prompt(locale: Locale) -> Generator[Call, Answer, ShownNotice | None]:
    """Return the notice for a prompt; None where nothing may be asked now."""
    path = "/v1/consents/prompt"
    answer = yield Call("GET", path, Identity.CUSTOMER, params={"locale": locale.value})
    try:
        return understand(answer, read_shown_notice)
    except Rejected as error:
        if error.problem.type != _NOTHING_TO_ASK:
            raise
        return None


def fetch_notice(locale: Locale, identity: Identity) -> Generator[Call, Answer, ShownNotice]:
    """Return the current notice."""
    answer = yield Call("GET", "/v1/notice", identity, params={"locale": locale.value})
    return understand(answer, read_shown_notice)
