"""Anything that can happen, in any order: the service does what a plain model of consent says.

After every step there is no status without its grant, and everybody's statuses are those of the
model; so is the effective state of whom the step concerned, or of somebody where it was nobody's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import hypothesis.strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from nabij_geo import Resolution
from tests.backend.model.model import (
    BACKUPS_KEPT,
    CLOCK_SKEW,
    SIGNALS,
    Act,
    Person,
    Published,
    Report,
    Showing,
)
from tests.backend.model.world import Backup, World
from tests.service import AMSTERDAM, UTRECHT, by_signal, notice

_ACTED = {201, 200}

NAMES = ("eva", "bob")
_people = st.sampled_from(NAMES)
_cells = st.sampled_from([AMSTERDAM, UTRECHT])
_devices = st.sampled_from([0, 1])
_signals = st.sets(st.sampled_from(SIGNALS), min_size=1).map(lambda found: tuple(sorted(found)))


@dataclass(frozen=True)
class Kept:
    """A backup, how long the log was then, and what was true."""

    made_at: datetime
    backup: Backup
    leaves: int
    people: dict[str, Person]
    notice: Published


class Consent(RuleBasedStateMachine):
    """Two people, two devices each, one service."""

    showings = Bundle("showings")
    acts = Bundle("acts")
    reports = Bundle("reports")

    def __init__(self, world: World) -> None:
        super().__init__()
        world.begin()
        world.steps -= 1  # looking around before the first step is none
        self.world = world
        self.people = {name: Person() for name in NAMES}
        self.concerned: tuple[str, ...] = ()  # whose effective state may be another than before
        self.notice: Published = world.notice()
        self.clock = world.service.clock
        self.kept: Kept | None = None
        self.epochs: set[int] = set()  # an erasure or a restore takes none of them back

    @rule(target=showings, who=_people)
    def show(self, who: str) -> Showing:
        return self._shown(who)

    @rule(target=acts, who=_people, device=_devices, signals=_signals, act_id=st.uuids())
    def agree(self, who: str, device: int, signals: tuple[str, ...], act_id: UUID) -> Act:
        return self._agree(self._shown(who), device, signals, act_id)

    @rule(target=acts, showing=showings, device=_devices, signals=_signals, act_id=st.uuids())
    def agree_later(
        self, showing: Showing, device: int, signals: tuple[str, ...], act_id: UUID
    ) -> Act:
        return self._agree(showing, device, signals, act_id)

    @rule(
        target=acts,
        showing=showings,
        who=_people,
        kind=st.sampled_from(["granted", "refused", "deferred", "withdrawn"]),
        device=_devices,
        signals=_signals,
        act_id=st.uuids(),
    )
    def say(  # noqa: PLR0913, PLR0917 - what can be said
        self,
        showing: Showing,
        who: str,
        kind: str,
        device: int,
        signals: tuple[str, ...],
        act_id: UUID,
    ) -> Act:
        """On the device only: it is delivered later, more than once, or never."""
        self.concerned = ()
        return self._act(who, kind, device, signals, act_id, showing)

    @rule(act=acts)
    def deliver(self, act: Act) -> None:
        person = self._concerning(act.person)
        answer = self.world.deliver(act)
        if act.id in person.acts:
            assert answer.status_code in _ACTED
        elif act.kind == "granted" and not person.may_grant(act, self.notice, self.clock()):
            assert answer.status_code == 409
            assert answer.json()["current"]["notice"]["version"] == self.notice.version
        elif act.kind in {"refused", "deferred"} and act.version > self.notice.version:
            assert answer.status_code == 422  # a restore took that notice back
        else:
            assert answer.status_code in _ACTED
            person.acts.add(act.id)
            if act.kind == "granted":
                epochs = {each: by_signal(answer)[each]["epoch"] for each in act.signals}
                person.grant(act, self.notice, self.clock(), epochs, self.epochs)
            else:
                for signal in act.signals:
                    person.end(signal, act.kind)

    @rule(
        target=reports,
        who=_people,
        device=_devices,
        signal=st.sampled_from(SIGNALS),
        later=st.sampled_from([0, -1, 1]),
        hours_ago=st.sampled_from([0, 0, 0, 1, 30, 24 * 30]),
        connected=st.booleans(),
        cell=_cells,
    )
    def read(  # noqa: PLR0913, PLR0917 - what a report says
        self,
        who: str,
        device: int,
        signal: str,
        later: int,
        hours_ago: int,
        connected: bool,  # noqa: FBT001 - as hypothesis hands it over
        cell: str,
    ) -> Report:
        """Under the present grant, or another; sent at once, and perhaps again after a while."""
        grant = self.people[who].grants.get(signal)
        hour = self.clock().replace(minute=0, second=0, microsecond=0)
        report = Report(
            person=who,
            device=device,
            signal=signal,
            epoch=max(1, (grant.epoch if grant else 1) + later),
            hour=hour - timedelta(hours=hours_ago),
            value=cell if signal == "gps" else connected,
        )
        self.send(report)
        return report

    @rule(report=reports)
    def send(self, report: Report) -> None:
        person = self._concerning(report.person)
        answer = self.world.report(report)
        if report.hour > self.clock() + CLOCK_SKEW:
            assert answer.status_code == 422
            return
        assert answer.status_code == 200
        verdict = person.verdict(report, self.notice, self.clock())
        verdicts = answer.json()
        assert len(verdicts["accepted"]) == (verdict == "accepted")
        assert [each["type"] for each in verdicts["refused"]] == (
            [] if verdict == "accepted" else [f"/problems/{verdict}"]
        )
        if verdict == "accepted":
            person.keep(report)

    @rule(
        who=_people,
        device=_devices,
        act_ids=st.tuples(st.uuids(), st.uuids(), st.uuids()),
        cell=_cells,
        meanwhile=st.sampled_from(
            ["nothing", "nothing", "begun anew", "another notice", "a month", "a year"]
        ),
    )
    def settle(
        self, who: str, device: int, act_ids: tuple[UUID, UUID, UUID], cell: str, meanwhile: str
    ) -> None:
        """Agree to everything and report it; the last report arrives again, after a while."""
        agreed, ended, again = act_ids
        self.agree(who, device, SIGNALS, agreed)
        reports = [
            self.read(who, device, signal, 0, 0, connected=True, cell=cell) for signal in SIGNALS
        ]
        if meanwhile == "begun anew":
            shown = self._shown(who)
            self.deliver(self._act(who, "withdrawn", device, SIGNALS, ended, shown))
            self.agree(who, device, SIGNALS, again)
        elif meanwhile == "another notice":
            self.publish(who, material=True, resolution_m=1_000)
        elif meanwhile == "a month":
            self.wait(who, 31)
        elif meanwhile == "a year":
            self.wait(who, 366)
        if meanwhile != "nothing":
            self.send(reports[-1])

    @rule(who=_people, material=st.booleans(), resolution_m=st.sampled_from([1_000, 10_000]))
    def publish(self, who: str, material: bool, resolution_m: Resolution) -> None:  # noqa: FBT001
        """The next notice; other terms are always a material change."""
        current = self.notice
        version = current.version + 1
        kept = not material and resolution_m == current.resolution_m
        since = current.material_since if kept else version
        self.world.service.publish(notice(version, resolution_m=resolution_m, material_since=since))
        self.notice = Published(version, since, resolution_m)
        self.concerned = (who,)

    @rule(who=_people, hours=st.sampled_from([-2, 1, 5]))
    def move_clock(self, who: str, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        self.concerned = (who,)

    @rule(who=_people, days=st.sampled_from([1, 29, 31, 366]))
    def wait(self, who: str, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        self.concerned = (who,)

    @rule(who=_people)
    def sweep(self, who: str) -> None:
        self.world.background.sweep()
        for person in self.people.values():
            person.sweep(self.clock())
        self.concerned = (who,)

    @rule(who=_people)
    def erase(self, who: str) -> None:
        """Nobody asks for the person's state afterwards: that would make them known again."""
        self.concerned = ()
        known = self.people[who].known
        assert self.world.erase(who) == (200 if known else 404)
        self.people[who] = Person()
        if known and self.kept is not None:
            self.kept.people[who] = Person()  # erased again, should the backup come back

    @precondition(lambda self: self.kept is None)
    @rule()
    def back_up(self) -> None:
        self.concerned = ()
        leaves = self.world.place_acts()
        people = {name: person.copy() for name, person in self.people.items()}
        self.kept = Kept(self.clock(), self.world.back_up(), leaves, people, self.notice)

    @precondition(lambda self: self.kept is not None)
    @rule()
    def restore(self) -> None:
        """Back to the backup; where acts were lost since, nobody can tell who has withdrawn."""
        kept = self.kept
        assert kept is not None
        if self.clock() - kept.made_at > BACKUPS_KEPT:
            self.kept = None  # it is gone
            return
        acts_were_lost = self.world.place_acts() > kept.leaves
        self.world.restore(kept.backup)
        self.people, self.notice, self.kept = kept.people, kept.notice, None
        for person in self.people.values():
            for signal in tuple(person.grants) if acts_were_lost else ():
                person.end(signal, "expired")
        self.concerned = NAMES

    @precondition(lambda self: any(person.grants for person in self.people.values()))
    @rule(who=_people)
    def bring_back_erased(self, who: str) -> None:
        """Whom a backup knows, and whom we promised to forget since."""
        self.back_up()
        self.erase(who)
        self.restore()

    def teardown(self) -> None:
        """The log verifies, and everything agrees with it."""
        self.world.place_acts()
        assert self.world.background.faults() == {}

    @invariant()
    def no_status_is_without_its_grant(self) -> None:
        self.world.steps += 1
        assert self.world.uncovered() == 0

    @invariant()
    def what_is_kept_is_what_the_model_keeps(self) -> None:
        for name, person in self.people.items():
            assert self.world.statuses(name) == person.statuses

    @invariant()
    def what_is_permitted_is_what_the_model_permits(self) -> None:
        for name in self.concerned:
            person = self.people[name]
            person.known = True
            found = self.world.caller(name).permissions()
            for signal in SIGNALS:
                grant = person.grants.get(signal)
                assert found[signal]["latest"] == person.latest.get(signal)
                assert found[signal]["epoch"] == (grant and grant.epoch)
                assert found[signal]["allowed"] == person.counts(signal, self.notice, self.clock())

    def _shown(self, who: str) -> Showing:
        shown = self.world.caller(who).get("/v1/notice").json()
        person = self._concerning(who)
        person.shown.add(shown["nonce"])
        return Showing(who, shown["nonce"], shown["notice"]["version"], self.clock())

    def _agree(self, showing: Showing, device: int, signals: tuple[str, ...], act_id: UUID) -> Act:
        act = self._act(showing.person, "granted", device, signals, act_id, showing)
        self.deliver(act)
        return act

    def _concerning(self, name: str) -> Person:
        self.concerned = (name,)
        return self.people[name]

    def _act(  # noqa: PLR0913, PLR0917 - what an act says
        self,
        name: str,
        kind: str,
        device: int,
        signals: tuple[str, ...],
        act_id: UUID,
        showing: Showing,
    ) -> Act:
        return Act(
            id=act_id,
            person=name,
            kind=kind,
            signals=signals,
            device=device,
            version=showing.version,
            showing=showing,
            occurred_at=self.clock(),
        )
