"""Rules that an app keeps, whatever it looks like; each was broken by well-known apps or SDKs.

Subclass, say how your app is started, and let pytest run it:

    class TestMyApp(Conformance):
        def start(self, phone: Phone, account: str) -> Integration:
            return MyApp(nabij.Client(**phone.arguments(account)))

A rule that is broken fails with a sentence that says what the app did.
"""

from nabij.testing.conformance._integration import Integration
from nabij.testing.conformance._rules import Conformance

__all__ = ["Conformance", "Integration"]
