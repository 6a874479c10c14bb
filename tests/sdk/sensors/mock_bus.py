"""A D-Bus of our own with ModemManager, NetworkManager and UPower as dbusmock plays them.

dbusmock needs bindings that the system's Python has, so it runs under that one.
"""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

SYSTEM_PYTHON = "/usr/bin/python3"
BUS = "org.freedesktop.DBus"
MODEM_MANAGER = "org.freedesktop.ModemManager1"
NETWORK_MANAGER = "org.freedesktop.NetworkManager"
UPOWER = "org.freedesktop.UPower"
SERVICES = {
    MODEM_MANAGER: ("modemmanager", "/org/freedesktop/ModemManager1"),
    NETWORK_MANAGER: ("networkmanager", "/org/freedesktop"),
    UPOWER: ("upower", "/org/freedesktop/UPower"),
}
CONFIG = """<busconfig><type>session</type><listen>unix:path={folder}/bus</listen>
<servicedir>{folder}/services</servicedir>
<auth>EXTERNAL</auth><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


@dataclass(frozen=True)
class Request:
    """A call that somebody made; ``interface.member`` of a service, with its strings."""

    service: str
    method: str
    strings: tuple[str, ...]


class MockBus:
    """The bus at ``address``, and the services on it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def call(self, service: str, path: str, method: str, *arguments: Variant) -> Any:  # noqa: ANN401 - D-Bus types
        """Call ``interface.member`` and return what it answers first."""
        interface, _, member = method.rpartition(".")
        return asyncio.run(
            self._reply(
                Message(
                    destination=service,
                    path=path,
                    interface=interface,
                    member=member,
                    signature="".join(each.signature for each in arguments),
                    body=[each.value for each in arguments],
                )
            )
        )

    def mock(self, service: str, path: str, method: str, *arguments: Variant) -> Any:  # noqa: ANN401
        """Steer a service."""
        return self.call(service, path, f"{BUS}.Mock.{method}", *arguments)

    def reset(self) -> None:
        """Let every service be as it was when it came up."""
        for service, (_, path) in SERVICES.items():
            self.mock(service, path, "Reset")

    def add(self, service: str, path: str) -> None:
        """Add an object that has nothing yet."""
        nothing = (Variant("a{sv}", {}), Variant("a(ssss)", []))
        named = (Variant("s", path), Variant("s", service))
        self.mock(service, SERVICES[service][1], "AddObject", *named, *nothing)

    def tell(self, service: str, path: str, interface: str, **properties: Variant) -> None:
        """Let an object tell properties."""
        told = Variant("a{sv}", properties)
        self.mock(service, path, "AddProperties", Variant("s", interface), told)

    def set(self, service: str, path: str, interface: str, name: str, value: Variant) -> None:
        """Let an object tell another value of a property that it has."""
        names = (Variant("s", interface), Variant("s", name))
        self.call(service, path, f"{BUS}.Properties.Set", *names, Variant("v", value))

    @contextmanager
    def recorded(self) -> Generator[list[Request]]:
        """The calls made meanwhile, told at the end."""
        requests: list[Request] = []
        command = ["dbus-monitor", "--address", self.address, "type='method_call'"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as monitor:
            assert monitor.stdout is not None
            for line in monitor.stdout:
                if "member=NameLost" in line:  # from now on it is a monitor and nothing else
                    break
            yield requests
            self.call(BUS, "/", f"{BUS}.NameHasOwner", Variant("s", "the.end"))
            text = ""
            for line in monitor.stdout:
                text += line
                if "the.end" in line:
                    break
            monitor.terminate()
            requests += _requests(text)

    async def wait_for(self, service: str) -> None:
        """Return once somebody has taken the name of a service."""
        bus = await MessageBus(bus_address=self.address).connect()
        there = asyncio.Event()
        bus.add_message_handler(lambda message: there.set() if service in message.body else None)
        rule = f"type='signal',member='NameOwnerChanged',arg0='{service}'"
        await bus.call(_to_bus("AddMatch", rule))
        owned = await bus.call(_to_bus("NameHasOwner", service))
        if not owned.body[0]:
            async with asyncio.timeout(30):
                await there.wait()
        bus.disconnect()

    async def _reply(self, message: Message) -> object:
        bus = await MessageBus(bus_address=self.address).connect()
        reply = await bus.call(message)
        bus.disconnect()
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
        return next(iter(reply.body), None)


def missing() -> str | None:
    """What this machine lacks, to play the services."""
    programs = [each for each in ("dbus-daemon", "dbus-monitor") if not shutil.which(each)]
    bindings = [SYSTEM_PYTHON, "-c", "import dbus, gi"]
    if not programs and not subprocess.run(bindings, check=False, capture_output=True).returncode:
        return None
    return "needs a D-Bus and Python bindings: apt-get install dbus python3-dbus python3-gi"


@contextmanager
def empty_bus(folder: Path) -> Generator[MockBus]:
    """A bus without a service, its files in ``folder``.

    In ``folder / "services"`` may lie what starts a service for whoever calls it.
    """
    (folder / "bus.conf").write_text(CONFIG.format(folder=folder))
    command = ["dbus-daemon", "--nofork", "--print-address", f"--config-file={folder}/bus.conf"]
    with ExitStack() as running:
        daemon = _run(running, command)
        assert daemon.stdout is not None
        yield MockBus(daemon.stdout.readline().decode().strip())


@contextmanager
def mock_bus(folder: Path) -> Generator[MockBus]:
    """A bus with all services, its files in ``folder``."""
    found = find_spec("dbusmock")
    assert found is not None
    assert found.origin is not None
    (folder / "dbusmock").symlink_to(Path(found.origin).parent)
    with ExitStack() as running:
        bus = running.enter_context(empty_bus(folder))
        environment = {"PYTHONPATH": str(folder), "DBUS_SESSION_BUS_ADDRESS": bus.address}
        for template, _ in SERVICES.values():
            mock = [SYSTEM_PYTHON, "-m", "dbusmock", "--session", "--logfile", os.devnull]
            _run(running, [*mock, "--template", template], environment)
        for service in SERVICES:
            asyncio.run(bus.wait_for(service))
        yield bus


def _run(
    running: ExitStack, command: list[str], environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.Popen[bytes]:
    process = running.enter_context(
        subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    )
    running.callback(process.kill)
    return process


def _to_bus(member: str, argument: str) -> Message:
    return Message(
        destination=BUS, path="/", interface=BUS, member=member, signature="s", body=[argument]
    )


def _requests(text: str) -> list[Request]:
    return [
        Request(service, f"{interface}.{member}", tuple(re.findall(r'string "(.*)"', arguments)))
        for service, interface, member, arguments in re.findall(
            r"-> destination=(\S+) .*? interface=(\S+); member=(\S+)\n((?: .*\n)*)", text
        )
    ]
