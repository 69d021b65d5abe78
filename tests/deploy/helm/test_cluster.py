"""What surrounds the parts: topics, scaling, disruption, networks, metrics, hooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.helm.chart import EXAMPLES, PREFIX, Object, refused, render

STRIMZI = EXAMPLES / "strimzi" / "values.yaml"
DEPLOY = Path(__file__).parents[3] / "deploy"
SASL: dict[str, Any] = {
    "keda__enabled": True,
    "kafka__securityProtocol": "SASL_SSL",
    "kafka__tls__caSecret": {"name": "authority", "key": "ca.crt"},
}


def test_jobs_run_before_the_parts_topics_first() -> None:
    rendered = render()
    weights = {}
    for job in rendered.of("Job"):
        notes = job["metadata"]["annotations"]
        assert notes["helm.sh/hook"] == "pre-install,pre-upgrade"
        assert notes["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"
        name = job["metadata"]["name"].removeprefix(f"{PREFIX}-")
        weights[name] = int(notes["helm.sh/hook-weight"])
        # the release's own account is made after the hooks
        assert job["spec"]["template"]["spec"]["serviceAccountName"] == "default"
    assert weights == {"topics": -20, "migrate": -10}


def test_jobs_can_be_somebody_elses() -> None:
    assert render(topics__manage="none", migration__enabled=False).of("Job") == []


def test_strimzi_is_told_the_topics_as_they_are_declared() -> None:
    topics = {each["metadata"]["name"]: each for each in render(STRIMZI).of("KafkaTopic")}
    declared = yaml.safe_load((DEPLOY / "topics.yaml").read_text("utf-8"))["topics"]
    assert set(topics) == {each["name"] for each in declared}
    messaging, outcomes = topics["twilio.messaging"], topics["twilio.outcomes"]
    assert messaging["spec"]["partitions"] == 24
    assert outcomes["spec"]["partitions"] == 1
    assert outcomes["spec"]["replicas"] == 3
    assert outcomes["spec"]["config"] == {
        "cleanup.policy": "delete",
        "retention.ms": "604800000",
        "max.message.bytes": "16777216",
        "min.insync.replicas": "2",
    }
    assert messaging["metadata"]["labels"]["strimzi.io/cluster"] == "events"
    assert messaging["metadata"]["namespace"] == "kafka"
    assert messaging["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert render(STRIMZI).names("Job") == {"migrate"}


def test_how_long_raw_topics_keep_is_a_value() -> None:
    topics = render(STRIMZI, kafka__rawRetentionHours=48, kafka__minInsyncReplicas=3)
    config = {each["metadata"]["name"]: each["spec"]["config"] for each in topics.of("KafkaTopic")}
    assert config["twilio.verify"]["retention.ms"] == "172800000"
    assert config["twilio.outcomes"]["retention.ms"] == "604800000"
    assert config["twilio.verify"]["min.insync.replicas"] == "3"


def test_strimzis_cluster_must_be_named() -> None:
    assert "topics.strimzi.cluster" in refused(topics__manage="strimzi")


def test_lag_adds_workers_up_to_the_partitions() -> None:
    rendered = render(
        keda__enabled=True,
        kafka__partitions=6,
        keda__sink__maxReplicas=6,
        keda__lifecycle__maxReplicas=6,
    )
    spec = rendered.one("ScaledObject", "lifecycle")["spec"]
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (2, 6)
    assert spec["scaleTargetRef"]["kind"] == "Deployment"
    assert rendered.one("ScaledObject", "sink")["spec"]["scaleTargetRef"]["kind"] == "StatefulSet"
    (trigger,) = spec["triggers"]
    assert trigger["metadata"]["consumerGroup"] == "twilio-lifecycle"
    assert trigger["metadata"]["allowIdleConsumers"] == "false"
    assert "authenticationRef" not in trigger
    # the number is the scaler's then: an upgrade must not take it back
    assert "replicas" not in rendered.one("Deployment", "lifecycle")["spec"]
    assert rendered.one("StatefulSet", "ingest")["spec"]["replicas"] == 2


def test_more_workers_than_partitions_are_refused() -> None:
    text = refused(keda__enabled=True, kafka__partitions=4)
    assert "is above kafka.partitions (4)" in text


def test_a_group_of_ones_own_is_the_one_that_is_watched() -> None:
    rendered = render(keda__enabled=True, settings={"TWILIO_PIPELINE_SINK_GROUP_ID": "mine"})
    (trigger,) = rendered.one("ScaledObject", "sink")["spec"]["triggers"]
    assert trigger["metadata"]["consumerGroup"] == "mine"


def test_the_scaler_signs_in_as_the_parts_do() -> None:
    rendered = render(**SASL, kafka__sasl={"mechanism": "SCRAM-SHA-512", "username": "u"})
    (trigger,) = rendered.one("ScaledObject", "sink")["spec"]["triggers"]
    assert trigger["metadata"]["tls"] == "enable"
    assert trigger["metadata"]["sasl"] == "scram_sha512"
    assert parameters(rendered.one("TriggerAuthentication", "kafka")) == {
        "username": (f"{PREFIX}-kafka", "username"),
        "password": ("twilio-event-pipeline", "twilio_pipeline_kafka_password"),
        "ca": ("authority", "ca.crt"),
    }
    assert rendered.one("Secret", "kafka")["stringData"] == {"username": "u"}


def test_the_scaler_fetches_tokens_as_the_parts_do() -> None:
    sasl = {"mechanism": "OAUTHBEARER", "oauthTokenUrl": "https://l/t", "oauthClientId": "id"}
    rendered = render(**SASL, kafka__sasl=sasl)
    found = parameters(rendered.one("TriggerAuthentication", "kafka"))
    assert found["password"][1] == "twilio_pipeline_kafka_oauth_client_secret"
    assert set(found) == {"username", "password", "oauthTokenEndpointUri", "scopes", "ca"}


def parameters(authentication: Object) -> dict[str, tuple[str, str]]:
    targets = authentication["spec"]["secretTargetRef"]
    return {each["parameter"]: (each["name"], each["key"]) for each in targets}


def test_nodes_can_be_drained_and_something_stays() -> None:
    rendered = render()
    assert rendered.names("PodDisruptionBudget") == {"ingest", "lifecycle", "sink"}
    assert rendered.one("PodDisruptionBudget", "sink")["spec"]["maxUnavailable"] == 1
    assert "sink" not in render(parts__sink__replicas=1).names("PodDisruptionBudget")


def test_networks_let_through_what_is_needed() -> None:
    policies = {
        each["metadata"]["name"].removeprefix(f"{PREFIX}-"): each["spec"]
        for each in render(
            kafka__bootstrapServers="a:9094,b:9094", networkPolicy__kafkaPorts=[9095]
        ).of("NetworkPolicy")
    }
    kafka = [{"port": 9094}, {"port": 9095}]
    assert policies["lifecycle"]["egress"][1] == {"ports": kafka}
    assert policies["sink"]["egress"][1] == {"ports": [*kafka, {"port": 8123}]}
    assert len(policies["lifecycle"]["egress"]) == 2
    world = policies["fallback"]["egress"][2]["to"]
    assert world[0]["ipBlock"] == {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}
    assert [rule["ports"] for rule in policies["lifecycle"]["ingress"]] == [[{"port": 9101}]]
    assert [rule["ports"] for rule in policies["ingest"]["ingress"]] == [[{"port": 8080}]] * 2


@pytest.mark.parametrize(
    ("url", "port"), [("https://c", 443), ("http://c", 80), ("https://c:8443", 8443)]
)
def test_clickhouses_port_is_the_urls(url: str, port: int) -> None:
    policy = render(clickhouse__url=url).one("NetworkPolicy", "sink")["spec"]
    assert policy["egress"][1]["ports"][-1] == {"port": port}


def test_who_may_come_in_is_a_value() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"name": "edge"}}}
    ingest = render(networkPolicy__from=[peer]).one("NetworkPolicy", "ingest")
    # and the release's own pods: `helm test` posts to the webhook
    assert ingest["spec"]["ingress"][1]["from"][:-1] == [peer]
    assert render(networkPolicy__enabled=False).of("NetworkPolicy") == []


def test_prometheus_reads_each_part_once() -> None:
    rendered = render(STRIMZI, parts__ingest__ingress={"enabled": True, "host": "h"})
    monitor = rendered.one("ServiceMonitor", "")["spec"]
    wanted = monitor["selector"]["matchLabels"].items()
    services = [
        each for each in rendered.of("Service") if wanted <= each["metadata"]["labels"].items()
    ]
    assert len(services) == 6
    for service in services:
        assert [port["name"] for port in service["spec"]["ports"]] == ["monitoring"]


def test_rules_are_those_of_deploy_prometheus() -> None:
    files = sorted((DEPLOY / "prometheus" / "rules").glob("*.yml"))
    rules = {
        each["metadata"]["name"]: each["spec"] for each in render(STRIMZI).of("PrometheusRule")
    }
    assert len(files) > 3
    assert rules == {
        f"{PREFIX}-{file.stem}": yaml.safe_load(file.read_text("utf-8")) for file in files
    }


def test_jobs_have_the_names_that_rules_go_by() -> None:
    (endpoint,) = render(STRIMZI).one("ServiceMonitor", "")["spec"]["endpoints"]
    (relabeling,) = endpoint["relabelings"]
    assert (relabeling["targetLabel"], relabeling["replacement"]) == ("job", "twilio-$1")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"kafka__bootstrapServers": ""}, "bootstrapServers"),
        ({"kafka__bootstrapServers": "kafka"}, "bootstrapServers"),
        ({"clickhouse__url": "clickhouse:8123"}, "url"),
        ({"parts__ingest__publicUrl": ""}, "publicUrl"),
        ({"parts__ingest__replicaz": 3}, "replicaz"),
        ({"settings": {"KAFKA": "x"}}, "KAFKA"),
        ({"kafka__sasl": {"mechanism": "GSSAPI"}}, "mechanism"),
        ({"parts__ingest__spool": {"size": "10G"}}, "size"),
        ({"parts__ingest__ingress": {"enabled": True, "host": ""}}, "host"),
        ({"image": {"digest": "latest"}}, "digest"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(values: dict[str, Any], named: str) -> None:
    assert named in refused(**values)
