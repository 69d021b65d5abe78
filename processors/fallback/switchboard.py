"""What holds for all plans at once: whether anything is sent, and where an alert fires."""

from typing import Final

from pipeline.items.alert import Alert
from pipeline.items.fallback_control import FallbackControl
from processors.fallback.plan import Plan

#: Dimensions of an alert that a plan can be compared by.
_COMPARED: Final = ("account_sid", "service_sid", "country", "channel")


class Switchboard:
    """Shared by the folds of one worker; each writes what it has read, the planner looks.

    ``stops`` counts the orders to stop; ``is_current`` is False until all that was ordered while
    the worker was away has been read.
    """

    def __init__(self) -> None:
        self.stopped = False
        self.stops = 0
        self.is_current = True
        self.firing: dict[str, dict[str, str]] = {}

    def hear(self, told: Alert | FallbackControl) -> None:
        """Remember an alert that fires, forget one that is resolved; stop, or go on."""
        if isinstance(told, FallbackControl):
            self.stopped = told.stopped
            self.stops += told.stopped
        elif told.state == "resolved" or told.likely == "fraud":
            self.firing.pop(told.id, None)  # to change the channel would help who defrauds
        else:
            self.firing[told.id] = told.slice

    def burns(self, plan: Plan) -> bool:
        """Whether an alert fires for where the plan's message went; one about all is for none."""
        return any(_concerns(where, plan) for where in self.firing.values())


def _concerns(where: dict[str, str], plan: Plan) -> bool:
    named = {name: value for name, value in where.items() if name in _COMPARED}
    return (
        where.get("product", plan.product) == plan.product
        and ("country" in where or "carrier" in where or "channel" in where)
        and all(getattr(plan, name) == value for name, value in named.items())
    )
