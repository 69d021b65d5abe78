"""The one template of all parts: what runs, as whom, with which probes and disks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deploy.helm.chart import (
    PREFIX,
    Object,
    Rendered,
    container,
    environment,
    pod,
    refused,
    render,
    secret_files,
)

PARTS = {"ingest", "lifecycle", "alerts", "notifier", "fallback", "sink"}
CONSOLE: dict[str, Any] = {
    "parts__console__enabled": True,
    "parts__console__usersSecret__name": "users",
}


def workloads(rendered: Rendered) -> list[Object]:
    kinds = ("Deployment", "StatefulSet", "Job", "Pod")
    return [each for kind in kinds for each in rendered.of(kind)]


def test_every_part_runs_once_and_state_has_a_name() -> None:
    rendered = render()
    assert rendered.names("StatefulSet") == {"ingest", "sink"}
    assert rendered.names("Deployment") == PARTS - {"ingest", "sink"}
    assert rendered.names("Job") == {"topics", "migrate"}


def test_a_part_can_be_left_out() -> None:
    rendered = render(parts__fallback__enabled=False)
    assert "fallback" not in rendered.names("Deployment") | rendered.names("NetworkPolicy")


@pytest.mark.parametrize("part", ["alerts", "notifier", "fallback", "console", "usage"])
def test_of_some_parts_there_is_one(part: str) -> None:
    found = render(**CONSOLE, parts__usage__enabled=True).one("Deployment", part)
    assert (found["spec"]["replicas"], found["spec"]["strategy"]) == (1, {"type": "Recreate"})
    assert "replicas" in refused(parts={part: {"replicas": 2}})


def test_no_container_may_do_more_than_its_work() -> None:
    for workload in workloads(render(**CONSOLE)):
        spec = pod(workload)
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert container(workload)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container(workload)["resources"]) == {"requests", "limits"}


def test_each_part_is_given_its_own_secrets_alone() -> None:
    rendered = render(**CONSOLE)
    own = "twilio-event-pipeline"
    tokens = "twilio_pipeline_ingest_auth_tokens"
    assert secret_files(rendered.one("StatefulSet", "ingest")) == {"auth-tokens": (own, tokens)}
    assert secret_files(rendered.one("Deployment", "lifecycle")) == {}
    assert set(secret_files(rendered.one("StatefulSet", "sink"))) == {
        "twilio_pipeline_privacy_hash_key",
        "twilio_pipeline_privacy_former_hash_keys",
        "twilio_pipeline_clickhouse_password",
    }
    console = secret_files(rendered.one("Deployment", "console"))
    assert console["console-users"] == ("users", "users.toml")


def test_a_user_of_its_own_has_a_password_of_its_own() -> None:
    rendered = render(**CONSOLE, parts__console__clickhouseUser="analyst")
    console = rendered.one("Deployment", "console")
    assert environment(console)["TWILIO_PIPELINE_CLICKHOUSE_USER"] == "analyst"
    password = "twilio_pipeline_clickhouse_password"  # noqa: S105  the file's name
    assert secret_files(console)[password][1] == "twilio_pipeline_console_clickhouse_password"
    migrate = rendered.one("Job", "migrate")
    assert environment(migrate)["TWILIO_PIPELINE_CLICKHOUSE_USER"] == "twilio_admin"
    assert secret_files(migrate)[password][1] == "twilio_pipeline_migrate_clickhouse_password"


def test_without_a_secret_helm_says_which() -> None:
    text = refused(secrets__existingSecret="")
    assert "set secrets.existingSecret, or secrets.refs.twilio_pipeline_" in text


def test_encrypted_kafka_reaches_parts_and_jobs() -> None:
    rendered = render(
        kafka__securityProtocol="SASL_SSL",
        kafka__sasl={"mechanism": "SCRAM-SHA-512", "username": "pipeline"},
        kafka__tls__caSecret={"name": "authority", "key": "ca.pem"},
        secrets__refs={"twilio_pipeline_kafka_password": {"name": "user", "key": "password"}},
    )
    for workload in workloads(rendered):
        told = environment(workload)
        assert told["TWILIO_PIPELINE_KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
        assert told["TWILIO_PIPELINE_KAFKA_SASL_MECHANISM"] == "SCRAM-SHA-512"
        assert told["TWILIO_PIPELINE_KAFKA_SSL_CA_FILE"] == "/run/secrets/kafka-tls/ca.crt"
        assert secret_files(workload)["twilio_pipeline_kafka_password"] == ("user", "password")
        (tls,) = [each for each in pod(workload)["volumes"] if each["name"] == "kafka-tls"]
        assert tls["projected"]["sources"] == [
            {"secret": {"name": "authority", "items": [{"key": "ca.pem", "path": "ca.crt"}]}}
        ]


def test_the_spool_fits_its_disk_for_all_workers() -> None:
    ingest = render(parts__ingest__spool__size="10Gi", parts__ingest__workers=2).one(
        "StatefulSet", "ingest"
    )
    told = environment(ingest)
    assert int(told["TWILIO_PIPELINE_SPOOL_MAX_BYTES"]) == 10 * 2**30 * 9 // 20
    (claim,) = ingest["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "10Gi"
    (mount,) = [each for each in container(ingest)["volumeMounts"] if each["name"] == "spool"]
    assert mount["mountPath"] == told["TWILIO_PIPELINE_SPOOL_DIRECTORY"]


def test_without_a_spool_pods_need_no_names() -> None:
    rendered = render(parts__ingest__spool__enabled=False)
    ingest = rendered.one("Deployment", "ingest")
    assert "TWILIO_PIPELINE_SPOOL_DIRECTORY" not in environment(ingest)
    assert ingest["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize(("workers", "port"), [(1, 8080), (4, 9110)])
def test_probes_ask_where_the_ingress_answers(workers: int, port: int) -> None:
    rendered = render(parts__ingest__workers=workers)
    found = container(rendered.one("StatefulSet", "ingest"))
    ports = {each["name"]: each["containerPort"] for each in found["ports"]}
    assert ports["monitoring"] == port
    assert found["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "monitoring"}
    assert rendered.one("Service", "ingest")["spec"]["ports"] == [
        {"name": "http", "port": 80, "targetPort": 8080}
    ]
    assert rendered.one("Service", "ingest-pods")["spec"]["ports"][0]["port"] == port


def test_a_stopping_ingress_is_given_the_time_it_needs() -> None:
    ingest = render(parts__ingest__stopDelaySeconds=20).one("StatefulSet", "ingest")
    assert environment(ingest)["TWILIO_PIPELINE_INGEST_STOP_DELAY_S"] == "20"
    assert pod(ingest)["terminationGracePeriodSeconds"] >= 20 + 17


def test_a_sink_keeps_its_name_in_the_group() -> None:
    (found,) = [
        each
        for each in container(render().one("StatefulSet", "sink"))["env"]
        if each["name"] == "TWILIO_PIPELINE_SINK_INSTANCE_ID"
    ]
    assert found["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def test_settings_of_users_go_first() -> None:
    rendered = render(
        settings={"TWILIO_PIPELINE_LOG_LEVEL": "DEBUG", "TWILIO_PIPELINE_KAFKA_PARTITIONS": 2},
        parts__sink__settings={"TWILIO_PIPELINE_LOG_LEVEL": "ERROR"},
        parts__ingest__settings={"TWILIO_PIPELINE_INGEST_MAX_UNACKED_BYTES": 134217728},
    )
    sink, ingest = rendered.one("StatefulSet", "sink"), rendered.one("StatefulSet", "ingest")
    assert environment(sink)["TWILIO_PIPELINE_LOG_LEVEL"] == "ERROR"
    assert environment(ingest)["TWILIO_PIPELINE_LOG_LEVEL"] == "DEBUG"
    assert environment(ingest)["TWILIO_PIPELINE_KAFKA_PARTITIONS"] == "2"
    assert environment(ingest)["TWILIO_PIPELINE_INGEST_MAX_UNACKED_BYTES"] == "134217728"


def test_configuration_files_are_mounted_as_folders_so_that_changes_arrive() -> None:
    text = "dry_run = true\n# a line: with a colon\n"
    rendered = render(parts__fallback__config=text, parts__alerts__config="[tuning]\n")
    assert rendered.one("ConfigMap", "fallback")["data"] == {"policy.toml": text}
    fallback = rendered.one("Deployment", "fallback")
    path = environment(fallback)["TWILIO_PIPELINE_FALLBACK_POLICY"]
    assert path == "/etc/twilio-pipeline/policy.toml"
    mounts = container(fallback)["volumeMounts"]
    assert {"name": "config", "mountPath": "/etc/twilio-pipeline", "readOnly": True} in mounts
    assert "annotations" not in fallback["spec"]["template"]["metadata"]
    alerts = rendered.one("Deployment", "alerts")["spec"]["template"]["metadata"]
    assert set(alerts["annotations"]) == {"twilio-event-pipeline/config"}


def test_the_console_knows_where_the_parts_are() -> None:
    console = environment(render(**CONSOLE, parts__ingest__workers=2).one("Deployment", "console"))
    parts = console["TWILIO_PIPELINE_CONSOLE_PARTS"]
    assert f'"ingest":"http://{PREFIX}-ingest-pods:9110"' in parts
    assert f'"sink":"http://{PREFIX}-sink-pods:9102"' in parts


def test_pods_of_a_part_are_spread() -> None:
    spread = pod(render().one("Deployment", "lifecycle"))["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in spread] == [
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    ]
    labels = spread[0]["labelSelector"]["matchLabels"]
    assert labels["app.kubernetes.io/component"] == "lifecycle"
    none = pod(render(defaults__topologySpreadConstraints=[]).one("Deployment", "lifecycle"))
    assert "topologySpreadConstraints" not in none


def test_an_image_can_be_pinned_by_its_digest() -> None:
    digest = f"sha256:{'a' * 64}"
    sink = render(image={"repository": "r/p", "digest": digest}).one("StatefulSet", "sink")
    assert container(sink)["image"] == f"r/p:0.1.0@{digest}"


def test_usage_is_read_as_often_as_wanted() -> None:
    rendered = render(parts__usage={"enabled": True, "every": "6h", "messagePrices": False})
    usage = rendered.one("Deployment", "usage")
    assert container(usage)["args"] == ["usage", "--every", "6h"]
    assert set(secret_files(usage)) == {
        "twilio_pipeline_twilio_password",
        "twilio_pipeline_twilio_accounts",
    }
    priced = render(parts__usage__enabled=True).one("Deployment", "usage")
    assert container(priced)["args"] == ["usage", "--every", "1h", "--message-prices"]


def test_helm_test_asks_the_webhook_inside_the_cluster() -> None:
    doctor = render(parts__ingest__service__port=8000).one("Pod", "doctor")
    assert doctor["metadata"]["annotations"]["helm.sh/hook"] == "test"
    url = f"http://{PREFIX}-ingest:8000/twilio/events"
    assert container(doctor)["args"][-2:] == ["--ingest-url", url]
    told = environment(doctor)
    assert told["TWILIO_PIPELINE_INGEST_PUBLIC_URL"] == "https://events.example.com/twilio/events"
    assert "TWILIO_PIPELINE_SPOOL_DIRECTORY" not in told
    assert "auth-tokens" in secret_files(doctor)
