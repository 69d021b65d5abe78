"""How many partitions the topics have, as the brokers say now.

Asked once a second, so it asks for the product's own topics alone: a cluster may hold thousands.
"""

import random
from collections.abc import Collection, Sequence
from typing import Final

from aiokafka.client import AIOKafkaClient
from aiokafka.cluster import ClusterMetadata
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.errors import UnavailableError

NO_BROKER: Final = "Kafka does not answer"


async def partition_counts(
    client: AIOKafkaClient, topics: Sequence[str], dispensable: Collection[str] = ()
) -> dict[str, int]:
    """Ask any broker; UnavailableError says that none answers, or names a topic that is missing.

    A dispensable topic that is missing is left out.

    Asking does not make the topic, whatever the brokers' settings.
    """
    cluster = await _described(client, topics)
    existing = cluster.topics()
    for topic in topics:
        if topic not in existing and topic not in dispensable:
            raise UnavailableError(f"topic {topic} does not exist")
    there = (topic for topic in topics if topic in existing)
    return {topic: len(cluster.partitions_for_topic(topic)) for topic in there}


async def _described(client: AIOKafkaClient, topics: Sequence[str]) -> ClusterMetadata:
    nodes = [broker.nodeId for broker in client.cluster.brokers()]
    random.shuffle(nodes)
    # The first once more: it may only have closed the connection, as when a token's time is over.
    for node in (*nodes, *nodes[:1]):
        request = MetadataRequest(list(topics), allow_auto_topic_creation=False)
        try:
            answer = await client.send(node, request)
        except KafkaError:
            continue
        cluster = ClusterMetadata()
        cluster.update_metadata(answer)
        return cluster
    raise UnavailableError(NO_BROKER)
