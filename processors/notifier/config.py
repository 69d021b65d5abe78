"""What one installation wants: channels, routes to them, quiet hours, maintenance."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from pipeline.items.alert import Alert, Notice, Severity
from pipeline.quiet_hours import QuietHours
from processors.notifier.channels import AnyChannel
from processors.notifier.channels.base import Channel
from processors.notifier.channels.log import DEFAULT

#: What alerts are about; a notice has account and service.
Dimension = Literal[
    "product", "account_sid", "channel", "service_sid", "country", "carrier", "sender_type"
]


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes to ``channels``: of a severity, and about slices that have all of ``where``."""

    channels: tuple[str, ...]
    severity: Severity | None = None
    where: dict[Dimension, str] = msgspec.field(default_factory=dict)
    quiet_hours: QuietHours | None = None

    def takes(self, about: Alert | Notice) -> bool:
        """Whether it is for this route."""
        wanted = self.severity is None or self.severity == about.severity
        return wanted and matches(self.where, about)


class Maintenance(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"since": "from"},
):
    """A time in which what is about slices that have all of ``where`` waits."""

    since: datetime
    until: datetime
    where: dict[Dimension, str] = msgspec.field(default_factory=dict)
    comment: str = ""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file. What no route takes is written to the log."""

    channels: tuple[AnyChannel, ...] = ()
    routes: tuple[Route, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()

    def channel(self, name: str) -> Channel | None:
        """Find a channel; None when there is none of that name (any more)."""
        found = (each for each in self.channels if each.name == name)
        return next(found, DEFAULT if name == DEFAULT.name else None)

    def names_for(self, about: Alert | Notice) -> list[str]:
        """The channels to tell, each once; the log where there is no other."""
        found = dict.fromkeys(name for route in self._routes(about) for name in route.channels)
        return list(found) or [DEFAULT.name]

    def quiet_hours(self, about: Alert | Notice, channel: str) -> QuietHours | None:
        """Those of the first route that leads there."""
        routes = (route for route in self._routes(about) if channel in route.channels)
        return next((route.quiet_hours for route in routes), None)

    def _routes(self, about: Alert | Notice) -> Iterator[Route]:
        return (route for route in self.routes if route.takes(about))


def matches(where: dict[Dimension, str] | dict[str, str], about: Alert | Notice) -> bool:
    """Whether it is about nothing but what has all of ``where``.

    An alert on a whole account is not about one country, so it doesn't match a country.
    """
    slice_ = about.slice if isinstance(about, Alert) else _slice_of(about)
    return all(slice_.get(name) == value for name, value in where.items())


def _slice_of(notice: Notice) -> dict[str, str]:
    return {"account_sid": notice.account_sid, "service_sid": notice.service_sid}
