"""What is told of lag is what the parts really read."""

from pipeline.groups import consumed_topics
from pipeline.settings import (
    AlertsSettings,
    FallbackSettings,
    LifecycleSettings,
    PrivacySettings,
    SinkSettings,
    TwilioApiSettings,
    load,
)
from processors.alerts.processor import SHARES
from processors.fallback.processor import processor as fallback
from processors.lifecycle.processor import processor as lifecycle
from sinks.decoder import routes


def test_every_group_is_shown_with_all_it_reads() -> None:
    shown = consumed_topics()
    settings = load(LifecycleSettings)
    assert shown[settings.app_id] == lifecycle(settings).sources
    assert shown[load(AlertsSettings).app_id] == tuple(SHARES)
    own = load(FallbackSettings)
    assert shown[own.app_id] == fallback(own, load(TwilioApiSettings)).sources
    privacy = load(PrivacySettings, hash_key="0123456789abcdef0123456789abcdef")
    assert set(shown[load(SinkSettings).group_id]) == set(routes(privacy))
