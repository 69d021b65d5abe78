"""The consumer groups of the product and what each of them reads."""

from typing import Final

from pipeline.settings import (
    AlertsSettings,
    FallbackSettings,
    LifecycleSettings,
    NotifierSettings,
    SinkSettings,
    load,
)
from pipeline.topics import (
    ALERT_DELIVERIES,
    ALERTS,
    DEAD_LETTERS,
    FALLBACK,
    FALLBACK_CONTROL,
    FUNNEL,
    MESSAGE_PRICES,
    OUTCOMES,
    RAW,
    USAGE,
    WINDOWS,
)


def consumed_topics() -> dict[str, tuple[str, ...]]:
    """Topics by consumer group, by the groups' present names."""
    return {
        load(LifecycleSettings).app_id: (RAW["messaging"], RAW["verify"], RAW["voice"]),
        load(AlertsSettings).app_id: (WINDOWS, FUNNEL),
        load(NotifierSettings).app_id: (ALERTS,),
        load(FallbackSettings).app_id: (OUTCOMES, ALERTS, FALLBACK_CONTROL),
        load(SinkSettings).group_id: _STORED,
    }


_STORED: Final = (
    *RAW.values(),
    WINDOWS,
    FUNNEL,
    OUTCOMES,
    ALERTS,
    ALERT_DELIVERIES,
    FALLBACK,
    DEAD_LETTERS,
    USAGE,
    MESSAGE_PRICES,
)
