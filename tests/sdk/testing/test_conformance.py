"""The conformance suite is green for an app that keeps the rules, and red for each that breaks one.

A broken app fails by its own rule and by no other: so each rule finds what it is about, and what
it says can be relied on.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from nabij.testing import Phone
from nabij.testing.conformance import Conformance, Integration
from tests.sdk.testing import apps

_BREAKS: Final[Mapping[type[apps.SmallApp], str]] = {
    apps.Idle: "test_what_is_allowed_arrives",
    apps.TakesSilenceForConsent: "test_an_untouched_dialog_never_becomes_a_yes",
    apps.AgreesToEverything: "test_a_yes_to_one_signal_is_no_yes_to_another",
    apps.FailsOpen: "test_the_first_start_without_network_permits_nothing",
    apps.CrashesWithoutNetwork: "test_the_first_start_without_network_permits_nothing",
    apps.GivesUpWithoutNetwork: "test_the_first_start_without_network_permits_nothing",
    apps.Nags: "test_whoever_is_not_to_be_asked_again_is_not_asked_again",
    apps.AsksWhatIsNear: "test_what_is_near_is_asked_of_nobody",
    apps.SharesConsent: "test_another_account_begins_without_consent",
    apps.WithdrawsOnlineOnly: "test_a_withdrawal_in_airplane_mode_holds",
    apps.WithdrawsHereOnly: "test_a_withdrawal_in_airplane_mode_holds",
    apps.DrainsItsQueue: "test_a_withdrawal_in_airplane_mode_holds",
    apps.SaysYesAgain: "test_a_withdrawal_on_another_device_is_not_undone",
    apps.FlushesWhatItHeld: "test_declined_data_is_never_flushed_by_a_later_yes",
}


class TestSmallApp(Conformance):
    """As an app's own suite has it."""

    def start(self, phone: Phone, account: str) -> Integration:
        return apps.SmallApp(phone, account)


def suite_of(app: type[apps.SmallApp]) -> Mapping[str, Callable[[Path], None]]:
    """The rules, for an app."""

    class Suite(Conformance):
        def start(self, phone: Phone, account: str) -> Integration:
            return app(phone, account)

    suite = Suite()
    return {name: getattr(suite, name) for name in dir(suite) if name.startswith("test_")}


def holds(rule: Callable[[Path], None], folder: Path) -> bool:
    folder.mkdir()
    try:
        rule(folder)
    except Exception:  # noqa: BLE001 - a broken app may break in any way
        return False
    return True


@pytest.mark.parametrize("app", _BREAKS)
def test_a_broken_app_fails_by_its_rule_alone(app: type[apps.SmallApp], memory: Path) -> None:
    rules = suite_of(app)
    broken = [name for name, rule in rules.items() if not holds(rule, memory / name)]
    assert broken == [_BREAKS[app]]


def test_every_rule_has_an_app_that_breaks_it() -> None:
    assert set(suite_of(apps.SmallApp)) == set(_BREAKS.values())
