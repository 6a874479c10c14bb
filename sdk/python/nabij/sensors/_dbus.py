"""Single properties of system services, over D-Bus.

Rules:

1. one property at a time: a call that answers with all of them would bring names and numbers too;
2. a service that does not run is not started by asking it;
3. no text of an answer that is an error goes any further;
4. an answer of another type than was asked for is no answer.

Source: the D-Bus specification, org.freedesktop.DBus.Properties and Introspectable. The only module
that imports dbus-fast.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from dbus_fast import BusType, DBusFastError, Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.introspection import Node

from nabij._errors import SensorTimeout, SensorUnavailable

__all__ = ["Bus", "on_bus"]

T = TypeVar("T")


class Bus:
    """A connection to the bus."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    async def get(
        self, path: str, service: str, interface: str, name: str, signature: str
    ) -> object:
        """Return one property of one object.

        Raises:
            SensorUnavailable: it is not told, or is of another type.
        """
        properties = "org.freedesktop.DBus.Properties"
        value = await self._ask(service, path, properties, "Get", interface, name)
        if not isinstance(value, Variant) or value.signature != signature:
            raise SensorUnavailable
        return value.value

    async def children(self, path: str, service: str) -> list[str]:
        """Return the objects below one, by the names in their paths.

        Raises:
            SensorUnavailable: the service does not tell.
        """
        introspectable = "org.freedesktop.DBus.Introspectable"
        description = await self._ask(service, path, introspectable, "Introspect")
        node = Node.parse(str(description), validate_property_names=False)
        return [f"{path}/{each.name}" for each in node.nodes]

    async def _ask(
        self, service: str, path: str, interface: str, member: str, *body: str
    ) -> object:
        reply = await self._bus.call(
            Message(
                destination=service,
                path=path,
                interface=interface,
                member=member,
                signature="s" * len(body),
                body=list(body),
                flags=MessageFlag.NO_AUTOSTART,
            )
        )
        if reply.message_type is not MessageType.METHOD_RETURN:
            raise SensorUnavailable
        return reply.body[0]


def on_bus(use: Callable[[Bus], Awaitable[T]], timeout_s: float, address: str | None) -> T:
    """Use the bus at ``address`` (None: the system's), for at most ``timeout_s`` seconds.

    In a thread of its own: the caller's may run an event loop already.

    Raises:
        SensorTimeout: that was too short.
        SensorUnavailable: there is no bus, or the service does not answer as it should.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="nabij-dbus") as thread:
        return thread.submit(asyncio.run, _within(use, timeout_s, address)).result()


async def _within(use: Callable[[Bus], Awaitable[T]], timeout_s: float, address: str | None) -> T:
    try:
        async with asyncio.timeout(timeout_s), _connected(address) as bus:
            return await use(bus)
    except TimeoutError as error:
        raise SensorTimeout from error
    except (OSError, EOFError, DBusFastError) as error:
        raise SensorUnavailable from error


@asynccontextmanager
async def _connected(address: str | None) -> AsyncGenerator[Bus]:
    bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
    try:
        yield Bus(bus)
    finally:
        bus.disconnect()
