"""All checks, with the parts that each is for."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from operations.doctor import brokers, certificate, clickhouse, folder, groups, privacy, stamps
from operations.doctor.examination import Check
from operations.doctor.finding import Finding
from pipeline.cli.checks import configs, kept, stored, webhook
from pipeline.cli.checks.patient import Patient
from pipeline.cli.topics.every import every_topic
from pipeline.groups import consumed_topics
from pipeline.settings import (
    AlertsSettings,
    FallbackSettings,
    IngestSettings,
    LifecycleSettings,
    NotifierSettings,
    SinkSettings,
    load,
)
from pipeline.topics import LEDGER, RAW
from sinks.decoder import routes

PARTS: Final = ("ingest", "lifecycle", "alerts", "notifier", "fallback", "sink", "console")
#: All of them: in the console people acknowledge alerts.
_KAFKA: Final = frozenset(PARTS)
_CLICKHOUSE: Final = frozenset({"sink", "console"})
_HASHING: Final = frozenset({"lifecycle", "sink"})
#: What analysts and the console cannot do without.
_VIEWS: Final = ("events", "messages", "delivery_windows", "verifications", "alerts", "fallbacks")

Look = Callable[[], Awaitable[Sequence[Finding]]]


def every_check(patient: Patient, parts: frozenset[str], ingest_url: str) -> list[Check]:
    """Those that concern one of these parts."""
    checks = [
        *_of_kafka(patient, parts),
        *_of_clickhouse(patient, parts),
        *_of_ingest(patient, ingest_url),
    ]
    checks += [
        Check(configs.ALERTS, frozenset({"alerts"}), configs.look_at_alerts),
        Check(configs.NOTIFIER, frozenset({"notifier"}), configs.look_at_notifier),
        Check(configs.FALLBACK, frozenset({"fallback"}), configs.look_at_fallback),
    ]
    return [check for check in checks if check.parts & parts]


def _of_kafka(patient: Patient, parts: frozenset[str]) -> list[Check]:
    async def look_at_topics() -> list[Finding]:
        kafka = patient.kafka()
        return await kept.look_at_topics(kafka, every_topic(kafka))

    looks: dict[str, Look] = {
        brokers.NAME: lambda: brokers.look_at_brokers(patient.kafka()),
        kept.NAME: look_at_topics,
        groups.NAME: lambda: groups.look_at_groups(patient.kafka(), _groups_of(parts)),
        stamps.NAME: lambda: stamps.look_at_stamps(patient.kafka(), (*RAW.values(), LEDGER)),
    }
    return [
        Check(name, _KAFKA, look, "" if name == brokers.NAME else brokers.NAME)
        for name, look in looks.items()
    ]


def _groups_of(parts: frozenset[str]) -> dict[str, tuple[str, ...]]:
    names = {
        "lifecycle": load(LifecycleSettings).app_id,
        "alerts": load(AlertsSettings).app_id,
        "notifier": load(NotifierSettings).app_id,
        "fallback": load(FallbackSettings).app_id,
        "sink": load(SinkSettings).group_id,
    }
    wanted = {name for part, name in names.items() if part in parts}
    return {group: topics for group, topics in consumed_topics().items() if group in wanted}


def _of_clickhouse(patient: Patient, parts: frozenset[str]) -> list[Check]:
    async def look_at_rights() -> list[Finding]:
        tables = {route.table.name for route in routes(patient.privacy()).values()}
        wanted = sorted(tables) if "sink" in parts else ()
        return await clickhouse.look_at_rights(patient.clickhouse(), _VIEWS, wanted)

    async def look_at_key() -> list[Finding]:
        settings = patient.privacy()
        if "sink" not in parts:  # the others speak to Kafka alone
            return [Finding(privacy.NAME, "ok", "a key is set")]
        return await privacy.look_at_key(patient.clickhouse(), settings)

    return [
        Check(
            clickhouse.NAME, _CLICKHOUSE, lambda: clickhouse.look_at_server(patient.clickhouse())
        ),
        Check(
            stored.NAME,
            _CLICKHOUSE,
            lambda: stored.look_at_schema(patient.clickhouse()),
            clickhouse.NAME,
        ),
        Check(clickhouse.RIGHTS, _CLICKHOUSE, look_at_rights, stored.NAME),
        Check(privacy.NAME, _HASHING, look_at_key),
    ]


def _of_ingest(patient: Patient, ingest_url: str) -> list[Check]:
    async def look_at_spool() -> list[Finding]:
        return await folder.look_at_spool(patient.spool(), patient.ingest().workers)

    async def look_at_webhook() -> list[Finding]:
        settings: IngestSettings = patient.ingest()
        return await webhook.look_at_webhook(settings, patient.post_url(ingest_url))

    async def look_at_certificate() -> list[Finding]:
        if patient.stack or ingest_url:
            return []
        return await certificate.look_at_certificate(patient.ingest().public_url)

    ingest = frozenset({"ingest"})
    return [
        Check(folder.NAME, ingest, look_at_spool),
        Check(webhook.NAME, ingest, look_at_webhook),
        Check(certificate.NAME, ingest, look_at_certificate),
    ]
