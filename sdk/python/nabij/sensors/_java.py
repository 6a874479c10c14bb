"""Calling Java, whichever of the two bridges the app was built with: Chaquopy or pyjnius.

Sources: the Python API of Chaquopy 17 (``java.jclass``, ``java.dynamic_proxy``) and that of pyjnius
1.7 (``autoclass``, ``PythonJavaClass``, ``java_method``).
"""

import importlib
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from nabij._errors import SensorUnavailable

__all__ = ["Method", "call_java", "implementation", "java_class"]
_NO_JAVA = "There is no Java here: this adapter is for apps on Android."

T = TypeVar("T")

Method: TypeAlias = tuple[str, str, Callable[..., object]]
"""A method of an interface: its name, its signature as JNI writes it, and what to call."""


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


def java_class(name: str) -> object:
    """Return the class of that name, for its static methods.

    Raises:
        SensorUnavailable: there is no Java here.
    """
    chaquopy, pyjnius = _module("java"), _module("jnius")
    if chaquopy is not None:
        return chaquopy.jclass(name)
    if pyjnius is not None:
        return pyjnius.autoclass(name)
    raise SensorUnavailable(_NO_JAVA)


def implementation(interface: str, *methods: Method) -> object:
    """Return a Java object that implements ``interface`` with functions of Python.

    Chaquopy goes by the names of methods alone: overloads share the last function given.

    Raises:
        SensorUnavailable: there is no Java here.
    """
    chaquopy, pyjnius = _module("java"), _module("jnius")
    if chaquopy is not None:
        base = chaquopy.dynamic_proxy(chaquopy.jclass(interface))
        return type("Implementation", (base,), {name: _bound(f) for name, _, f in methods})()
    if pyjnius is not None:
        members: dict[str, Any] = {
            f"method_{number}": pyjnius.java_method(signature, name=name)(_bound(function))
            for number, (name, signature, function) in enumerate(methods)
        }
        members["__javainterfaces__"] = [interface.replace(".", "/")]
        members["__javacontext__"] = "app"
        return type("Implementation", (pyjnius.PythonJavaClass,), members)()
    raise SensorUnavailable(_NO_JAVA)


def _bound(function: Callable[..., object]) -> Callable[..., object]:
    def method(_self: object, *arguments: object) -> object:
        return function(*arguments)

    return method


def _module(name: str) -> Any:  # noqa: ANN401 - neither bridge has types
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _thrown() -> tuple[type[Exception], ...]:
    """Return what the bridges raise where Java throws; looked at only once something was raised."""
    chaquopy, pyjnius = _module("java"), _module("jnius")
    thrown: list[type[Exception]] = []
    if chaquopy is not None:
        thrown.append(chaquopy.jclass("java.lang.Exception"))
    if pyjnius is not None:
        thrown.append(pyjnius.JavaException)
    return tuple(thrown)
