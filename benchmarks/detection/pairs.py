"""Two incidents at once, to see whether each is paged, named and ended as if it were alone."""

from typing import Any, Final

import numpy as np

from benchmarks.detection.month import feed, note
from benchmarks.detection.score import Told, score
from benchmarks.detection.traffic import Traffic
from benchmarks.detection.truth import pair
from benchmarks.detection.world import DAY, EPOCH, HOUR, World, make_world
from processors.alerts.detector import Detector
from processors.alerts.settings import Tuning

_LEARNING: Final = 3 * DAY
#: Minutes in which both begin and end, and minutes that are watched.
_BOTH: Final = 150
_WATCHED: Final = 4 * HOUR
_PROBES: Final = 60


def run_pairs(seed: int, slices: int, count: int, tuning: Tuning) -> list[dict[str, Any]]:
    """Learn for three days, then see ``count`` pairs, each from the same state.

    Gives what became of each incident, and nothing of false alerts: hours are too few for them.
    """
    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(3)]
    world = make_world(streams[0], slices, min(_PROBES, slices), _LEARNING + DAY)
    traffic = Traffic(world, (), (), streams[1])
    detector = Detector(tuning, EPOCH)
    for leaf in world.leaves:
        detector.leaf(leaf)
    for minute in traffic.minutes(_LEARNING):
        feed(detector, minute)
        detector.close_minute()
    shape, pages = detector.shape, dict(detector.pages())
    rows = []
    for rng in streams[2].spawn(count):
        restored = Detector(tuning, 0)
        restored.restore(shape, pages)
        rows += _watch(world, traffic, restored, rng)
    return rows


def _watch(
    world: World, traffic: Traffic, detector: Detector, rng: np.random.Generator
) -> list[dict[str, Any]]:
    incidents = pair(rng, world, _LEARNING, _LEARNING + _BOTH)
    alerts: dict[str, Told] = {}
    for minute in traffic.branch(incidents, rng).minutes(_LEARNING + _WATCHED, _LEARNING):
        feed(detector, minute)
        for told in detector.close_minute():
            note(alerts, told, detector, minute.minute + 1)
    return list(score(incidents, list(alerts.values()), world.rate)["incidents"])
