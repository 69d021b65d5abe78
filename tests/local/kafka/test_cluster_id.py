import base64

from local.kafka.server import new_cluster_id


def test_cluster_ids_are_kafka_s_and_never_look_like_options() -> None:
    ids = {new_cluster_id() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert not any(made.startswith("-") for made in ids)
    assert {len(base64.urlsafe_b64decode(made + "==")) for made in ids} == {16}
