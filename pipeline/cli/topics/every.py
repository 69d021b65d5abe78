"""Every topic the product uses: the declared ones and the changelogs of its processors."""

from pipeline.settings import (
    AlertsSettings,
    FallbackSettings,
    KafkaSettings,
    LifecycleSettings,
    NotifierSettings,
    load,
)
from pipeline.topics import Topic, declared
from processors.runtime.app import changelog_topic


def every_topic(kafka: KafkaSettings) -> tuple[Topic, ...]:
    """List them as the environment's settings have them."""
    return *declared(kafka), *changelogs()


def changelogs() -> tuple[Topic, ...]:
    """The topics of the processors' state."""
    processors = (
        load(LifecycleSettings).app_id,
        load(AlertsSettings).app_id,
        load(NotifierSettings).app_id,
        load(FallbackSettings).app_id,
    )
    return tuple(map(changelog_topic, processors))
