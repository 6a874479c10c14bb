"""Calling Java, whichever of the two bridges the app was built with: Chaquopy or pyjnius."""

import importlib
from collections.abc import Callable
from typing import TypeVar

from nabij._errors import SensorUnavailable

__all__ = ["call_java"]

T = TypeVar("T")


def call_java(question: Callable[[], T]) -> T:
    """Ask, and make one kind of error of all that Java throws.

    Raises:
        SensorUnavailable: Java threw. Its message may name a network, so it goes no further.
    """
    try:
        return question()
    except _thrown():
        pass
    raise SensorUnavailable("Android refused. Check the permissions that the manifest declares.")


def _thrown() -> tuple[type[Exception], ...]:
    """What the bridges raise where Java throws; looked at only once something was raised."""
    return (*_chaquopy(), *_pyjnius())


def _chaquopy() -> tuple[type[Exception], ...]:
    try:
        return (importlib.import_module("java").jclass("java.lang.Exception"),)
    except ImportError:
        return ()


def _pyjnius() -> tuple[type[Exception], ...]:
    try:
        return (importlib.import_module("jnius").JavaException,)
    except ImportError:
        return ()
