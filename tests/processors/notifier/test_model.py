"""Whatever comes, fails and dies, in any order: what channels know in the end is the truth."""

from collections import defaultdict
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.items.alert import State
from processors.notifier.message import SENT, Answer, Message
from tests.processors.notifier.stage import HOUR, Stage, alert, config_of

#: Fail before it arrives, fail after, no answer before the worker dies, work.
Weather = Literal["before", "after", "hang", "fine"]
_NEXT: dict[str, tuple[State, ...]] = {
    "": ("firing",),
    "firing": ("updated", "resolved"),
    "updated": ("updated", "resolved"),
    "resolved": ("firing",),
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("weather"), st.sampled_from(["before", "after", "hang", "fine"])),
        st.tuples(st.just("wait"), st.integers(0, 60_000)),
        st.tuples(st.just("crash")),
        st.tuples(st.just("repeat")),
    ),
    max_size=40,
)


class World:
    """A receiver that believes what it was told last of each incident."""

    def __init__(self) -> None:
        self.weather: Weather = "fine"
        self.arrived: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.now: dict[str, tuple[int, State]] = {}
        self.stage = Stage(config_of("a"), reply=self.reply)

    def reply(self, _: str, message: Message) -> Answer | None:
        if self.weather == "before":
            return Answer(end="later", reason="can't connect")
        number = getattr(message.about, "transition", 0)
        self.arrived[message.key].append((number, message.transition))
        if self.weather == "hang":
            return None
        if self.weather == "after":
            return Answer(end="later", reason="timed out", may_have_arrived=True)
        return SENT

    def tell(self, number: int, *, ends: bool) -> None:
        name = f"i{number}"
        count, state = self.now.get(name, (0, ""))
        following = _NEXT[state]
        self.now[name] = (count + 1, following[-1] if ends else following[0])
        self.stage.hear(alert(self.now[name][1], count + 1, name=name))

    def crash(self) -> None:
        self.stage.begin()

    def repeat(self) -> None:
        """The last of everything is told again, as after a crash of the detection."""
        for name, (count, state) in self.now.items():
            self.stage.hear(alert(state, count, name=name))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_in_the_end_a_channel_knows_how_things_stand(steps: list[tuple[object, ...]]) -> None:
    world = World()
    for what, *how in steps:
        if what == "tell":
            world.tell(int(str(how[0])), ends=bool(how[1]))
        elif what == "weather":
            world.weather = how[0]  # type: ignore[assignment]  # one of them
        elif what == "wait":
            world.stage.wait(int(str(how[0])))
        elif what == "crash":
            world.crash()
        else:
            world.repeat()
    world.weather = "fine"
    world.crash()  # what hung has ended with the worker
    world.stage.wait(2 * HOUR)
    check(world)


def check(world: World) -> None:
    for name, (count, state) in world.now.items():
        arrived = world.arrived[name]
        numbers = [number for number, _ in arrived]
        assert numbers == sorted(numbers)  # nothing overtook
        if state == "resolved":
            assert not arrived or arrived[-1][1] == "resolved"  # or it ended before it was told
        else:
            given_up = any(
                each.state == "failed" and each.alert_id == name for each in world.stage.told
            )
            assert given_up or (arrived and arrived[-1] == (count, state))
    final = {each.id: each.state for each in world.stage.told}
    assert set(final.values()) <= {"sent", "failed", "suppressed"}  # nothing is left hanging
