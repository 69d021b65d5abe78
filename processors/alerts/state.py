"""What is remembered of each leaf and each slice, as columns."""
# ruff: noqa: RUF009  ``column`` gives a dataclass field

from dataclasses import dataclass
from typing import Final

import numpy as np

from processors.alerts.ages import CLASSES, FOLLOWED
from processors.alerts.arrays import Doubles, Floats, Table, column

#: Recent history by leaf: this many spans of so many minutes.
SPANS: Final = 32
SPAN_MINUTES: Final = 2
DAY: Final = 24
WEEK: Final = 168
#: Changes of the odds that are watched for: the first for tickets only, the others for pages too.
MULTIPLIERS: Final = (1.5, 2.1, 3.6, 9.0, 28.0)
BANK: Final = len(MULTIPLIERS)


@dataclass
class LeafTable(Table):
    """Counts of the present minute by age, and recent history for finding causes."""

    sent: Floats = column()
    known: Floats = column(CLASSES)
    failed: Floats = column(CLASSES)
    waiting: Floats = column(
        FOLLOWED, apart=True
    )  # messages without an outcome, by the minute they were sent
    past_known: Floats = column(SPANS, apart=True)
    past_failed: Floats = column(SPANS, apart=True)
    past_expected: Floats = column(SPANS, apart=True)  # failures
    past_due: Floats = column(SPANS, apart=True)  # outcomes of any kind that ought to have come
    past_sent: Floats = column(SPANS, apart=True)
    past_traffic: Floats = column(SPANS, apart=True)  # messages that ought to have been sent
    ignored_until: Doubles = column(kind=np.float64)  # outcomes of earlier minutes are over with


#: The columns of recent history.
PAST: Final = (
    "past_known",
    "past_failed",
    "past_expected",
    "past_due",
    "past_sent",
    "past_traffic",
)


@dataclass
class SliceTable(Table):
    """Baseline, hour under way and test statistics of each slice."""

    # Learned, see baseline.py.
    failed: Floats = column()
    known: Floats = column()
    failed_by_day: Floats = column(DAY, apart=True, hourly=True)
    known_by_day: Floats = column(DAY, apart=True, hourly=True)
    failed_by_week: Floats = column(WEEK, apart=True, hourly=True)
    known_by_week: Floats = column(WEEK, apart=True, hourly=True)
    traffic: Floats = column(WEEK, fill=np.nan, apart=True, hourly=True)  # messages an hour
    hourly: Floats = column()  # messages an hour, over all hours
    recent_failed: Floats = column()
    recent_expected: Floats = column()
    scatter: Floats = column()
    scatter_base: Floats = column()
    received: Floats = column(CLASSES)
    exposed: Floats = column(CLASSES)
    failed_by_age: Floats = column(CLASSES)
    # The hour, and the ten minutes, under way.
    hour_failed: Floats = column()
    hour_expected: Floats = column()
    hour_sent: Floats = column()
    hour_received: Floats = column(CLASSES)
    hour_exposed: Floats = column(CLASSES)
    hour_failed_by_age: Floats = column(CLASSES)
    hour_doubtful: Floats = column()  # 1 once anything was suspicious
    doubtful_hours: Floats = column()  # in a row
    block_failed: Floats = column()
    block_expected: Floats = column()
    block_known: Floats = column()
    # Derived once an hour.
    level: Floats = column(fill=0.05)  # failure rate at this hour of the week
    ratio: Floats = column(fill=1.0)  # of the last day or so to what was expected of it
    unsure: Floats = column(fill=0.5)  # how far, relatively, the truth may be from their product
    scatter_rate: Floats = column()  # intraclass correlation of outcomes of one minute
    usual_traffic: Floats = column()  # messages a minute; 0 where not known
    arrival: Floats = column(CLASSES)  # chance of an outcome within the next minute, by age
    age_ratio: Floats = column(CLASSES, fill=1.0)
    page_at: Floats = column(BANK, fill=np.inf)
    ticket_at: Floats = column(BANK, fill=np.inf)
    silence_at: Floats = column(fill=np.inf)
    stop_at: Floats = column(fill=np.inf)
    # Tests.
    sums: Doubles = column(BANK, kind=np.float64)
    since: Doubles = column(BANK, kind=np.float64)  # minute of the last zero
    silence: Doubles = column(kind=np.float64)
    silence_since: Doubles = column(kind=np.float64)
    missing: Doubles = column(kind=np.float64)
    stop: Doubles = column(kind=np.float64)
    going_on: Doubles = column(kind=np.float64)  # messages beyond what a stop may leave
    stop_since: Doubles = column(kind=np.float64)
