"""One seed: a world's month through the detector, scored."""

import time
from typing import Any, Final

import numpy as np

from benchmarks.detection.score import Told, score
from benchmarks.detection.traffic import Minute, Traffic
from benchmarks.detection.truth import campaigns, plan
from benchmarks.detection.world import DAY, EPOCH, make_world
from processors.alerts.detector import Detector
from processors.alerts.incident import Transition
from processors.alerts.settings import Tuning

LEARNING_DAYS: Final = 10
_PROBES: Final = 60


def run(seed: int, slices: int, days: int, tuning: Tuning) -> dict[str, Any]:
    """Learn for two weeks, then watch ``days`` days; give the score with its cost."""
    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4)]
    begin, total = LEARNING_DAYS * DAY, (LEARNING_DAYS + days) * DAY
    world = make_world(streams[0], slices, min(_PROBES, slices), total)
    incidents = plan(streams[1], world, begin, total - 4 * 60)
    traffic = Traffic(world, incidents, campaigns(streams[2], world, total), streams[3])
    detector = Detector(tuning, EPOCH)
    for leaf in world.leaves:
        detector.leaf(leaf)
    alerts: dict[str, Told] = {}
    cells, spent = 0, 0.0
    for minute in traffic.minutes(total):
        started = time.process_time()
        feed(detector, minute)
        for told in detector.close_minute():
            note(alerts, told, detector, minute.minute + 1)
        spent += time.process_time() - started
        cells += sum(int((known > 0).sum()) for _, known, _ in minute.receipts)
    watched = [alert for alert in alerts.values() if alert.fired >= begin]
    result = score(incidents, watched, world.rate)
    return {"seed": seed, "days": days, "cells": cells, "seconds": spent, **result}


def feed(detector: Detector, minute: Minute) -> None:
    """Count what a minute brought."""
    nothing = np.zeros(len(minute.sent))
    detector.add_cohort(EPOCH + minute.minute, minute.sent, nothing, nothing)
    for cohort, known, failed in minute.receipts:
        detector.add_cohort(EPOCH + cohort, nothing, known, failed)


def note(alerts: dict[str, Told], told: Transition, detector: Detector, now: int) -> None:
    """Take down a transition; ``now`` is the end of the minute it was told in."""
    incident = told.incident
    alert = alerts.setdefault(incident.id, Told(incident.id, fired=now))
    number = detector.lattice.number_of(incident.root)
    leaves = detector.lattice.members(number or 0)
    if incident.severity == "page" and alert.paged is None:
        alert.paged = now
    if not alert.first_leaves.size:
        alert.first_leaves = leaves
    alert.merged = alert.merged or incident.resolution.startswith("merged")
    alert.resolved = now if told.state == "resolved" else None
    alert.leaves = leaves
    f = incident.figures
    alert.text = (
        f"{incident.kind} {incident.severity} {incident.root.text()} {f.observed:.0f} for "
        f"{f.expected:.1f} of {f.known:.0f}, {f.evidence:.1f} over {f.threshold:.1f}"
    )
