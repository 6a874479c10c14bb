"""What the rules need to do with an app."""

from typing import Protocol


class Integration(Protocol):
    """An app that runs, and what a customer can do with it.

    Drive your screens, or what stands right behind them: the closer to the finger, the more is
    tested. Nothing here may raise because there is no network, as no app may.
    """

    def open_dialog(self) -> None:
        """Open the dialog that shows the notice, unless it is open or cannot be shown."""
        ...

    def is_asking(self) -> bool:
        """Return whether the dialog is open."""
        ...

    def allow(self, *signals: str) -> None:
        """In the dialog: agree to these signals and to no other."""
        ...

    def refuse(self) -> None:
        """In the dialog: say no to everything."""
        ...

    def never_ask_again(self) -> None:
        """In the dialog: say no to everything, and ask to be left alone."""
        ...

    def withdraw(self) -> None:
        """In the settings: take everything back."""
        ...

    def work(self) -> None:
        """Do once what the app does by itself from time to time: refresh, collect and report."""
        ...

    def close(self) -> None:
        """End, as when the system stops the app. What it wrote to its folder stays."""
        ...
