"""What is asked of each view: the last hour of one account, row by row, and a day over all."""

from importlib.resources import files
from typing import Final

import msgspec


class Question(msgspec.Struct, frozen=True):
    """A view, the time it is asked by, and what a day of it is summed up to."""

    view: str
    time: str
    by: str
    figure: str
    hour_more: str = ""
    day_more: str = ""

    @property
    def hour(self) -> str:
        """The rows of an account's last hour, the newest thousand."""
        return self._filled("hour", self.hour_more)

    @property
    def day(self) -> str:
        """A day's rows, counted."""
        return self._filled("day", self.day_more)

    def _filled(self, name: str, more: str) -> str:
        text = files("benchmarks.analysts").joinpath(f"{name}.sql").read_text("utf-8")
        values = {
            "view": self.view,
            "time": self.time,
            "by": self.by,
            "figure": self.figure,
            "more": more,
        }
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", value)
        return text


_MINUTES: Final = "AND window_seconds = 60"
_FIVE: Final = "AND window_seconds = 300"

QUESTIONS: Final = (
    Question("events", "event_time", "status", "uniqExact(subject_sid)"),
    Question("messages", "sent_at", "country", "quantile(0.95)(latency_ms)"),
    Question("verify_attempts", "sent_at", "country", "quantile(0.95)(latency_ms)"),
    Question("verifications", "started_at", "country", "countIf(status = 'approved')"),
    Question("calls", "started_at", "country", "countIf(outcome = 'completed')"),
    Question("errors", "event_time", "error_code", "countIf(subject_outcome = 'failed')"),
    Question("outcomes", "decided_at", "kind", "uniqExact(subject_sid)"),
    Question("delivery_windows", "window_start", "country", "sum(delivered)", _MINUTES, _FIVE),
    Question(
        "delivery_windows_by_carrier", "window_start", "carrier", "sum(sent)", _MINUTES, _FIVE
    ),
    Question("verify_funnel", "window_start", "country", "sum(approved)", _MINUTES, _FIVE),
)
