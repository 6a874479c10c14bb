"""Plant, wait until all is written, and search every byte of every place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from tests.canary import channels, operators, phones
from tests.canary.channels import NewCanaries, Planted
from tests.canary.installation import Installation, installation
from tests.canary.places import PLACES, tidy, write_all
from tests.canary.values import Canaries, Canary, Search
from tests.web.browser import Eyes

Channel = Callable[[Installation, NewCanaries], Iterator[Planted]]
_CHANNELS: Final[tuple[Channel, ...]] = (
    channels.request_parts,
    channels.no_http,
    channels.wrong_members,
    channels.without_consent,
    channels.names_and_tokens,
    operators.commands,
    phones.a_phone,
    phones.a_phone_that_may_not,
    phones.a_phone_in_trouble,
    phones.what_stands_and_what_was_erased,
    phones.a_browser,
    channels.a_failing_database,
)


@dataclass(slots=True)
class Searched:
    """What a search of one place found.

    Attributes:
        sizes: bytes of each file, or of each other whole.
        hits: what was planted and may not be there, by what it stands for.
        allowed: how many canaries are there that may be.
        control: whether the leak was found that was put there on purpose.
    """

    sizes: list[int] = field(default_factory=list[int])
    hits: dict[str, int] = field(default_factory=dict[str, int])
    allowed: int = 0
    control: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was planted, and what every place holds of it."""

    planted: list[Planted]
    places: dict[str, Searched]

    @property
    def is_good(self) -> bool:
        """Whether nothing was found but the leaks made on purpose, and all of those."""
        return all(each.control and not each.hits for each in self.places.values())


def run(eyes: Eyes, progress: Callable[[str], None] = lambda _step: None) -> Outcome:
    """Plant values through every channel, search for them, and then for leaks made on purpose."""
    mark = Canaries().mark
    new = partial(Canaries, mark=mark)
    with installation(eyes) as at:
        planted: list[Planted] = []
        for channel in _CHANNELS:
            found = list(channel(at, new))
            planted += found
            progress(f"planted {', '.join(each.what for each in found)}")
        tidy(at)
        places = {name: _searched(at, name, planted) for name in PLACES}
        progress(f"searched {sum(sum(each.sizes) for each in places.values()):,} bytes")
        _look_for_leaks(at, places, new)
    return Outcome(planted, places)


def _searched(at: Installation, name: str, planted: list[Planted]) -> Searched:
    searched = Searched()
    of = {canary: each for each in planted for canary in each.canaries.made}
    found: set[Canary] = set()
    search = Search(planted[0].canaries.mark, set(of))
    for content in PLACES[name].look(at):
        searched.sizes.append(len(content))
        found.update(search.found(content))
    for canary in found:
        if name in of[canary].may_be_in:
            searched.allowed += 1
        else:
            searched.hits[of[canary].what] = searched.hits.get(of[canary].what, 0) + 1
    return searched


def _look_for_leaks(at: Installation, places: dict[str, Searched], new: NewCanaries) -> None:
    leaks = {name: new() for name in PLACES}
    for name, place in PLACES.items():
        place.leak(at, leaks[name])
    write_all(at)
    for name, leak in leaks.items():
        search = Search(leak.mark, leak.made)
        places[name].control = any(
            True for content in PLACES[name].look(at) for _ in search.found(content)
        )
