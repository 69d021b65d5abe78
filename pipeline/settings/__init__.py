"""Settings, one class per concern, read from the environment and from secret files."""

from pipeline.settings.alerts import AlertsSettings
from pipeline.settings.base import PipelineSettings, load
from pipeline.settings.clickhouse import ClickHouseSettings
from pipeline.settings.console import ConsoleSettings
from pipeline.settings.fallback import FallbackSettings
from pipeline.settings.ingest import IngestSettings
from pipeline.settings.kafka import KafkaSettings
from pipeline.settings.lifecycle import LifecycleSettings
from pipeline.settings.log import LogSettings
from pipeline.settings.notifier import NotifierSettings
from pipeline.settings.privacy import PrivacySettings
from pipeline.settings.retention import RetentionSettings
from pipeline.settings.sink import SinkSettings
from pipeline.settings.spool import SpoolSettings
from pipeline.settings.twilio_api import TwilioApiSettings
from pipeline.settings.usage import UsageSettings

#: Every settings class, for the reference page.
ALL: tuple[type[PipelineSettings], ...] = (
    KafkaSettings,
    IngestSettings,
    SpoolSettings,
    LifecycleSettings,
    AlertsSettings,
    NotifierSettings,
    FallbackSettings,
    TwilioApiSettings,
    UsageSettings,
    SinkSettings,
    ClickHouseSettings,
    ConsoleSettings,
    PrivacySettings,
    RetentionSettings,
    LogSettings,
)

__all__ = [
    "ALL",
    "AlertsSettings",
    "ClickHouseSettings",
    "ConsoleSettings",
    "FallbackSettings",
    "IngestSettings",
    "KafkaSettings",
    "LifecycleSettings",
    "LogSettings",
    "NotifierSettings",
    "PipelineSettings",
    "PrivacySettings",
    "RetentionSettings",
    "SinkSettings",
    "SpoolSettings",
    "TwilioApiSettings",
    "UsageSettings",
    "load",
]
