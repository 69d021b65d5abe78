"""What the whole pipeline makes of simulated traffic, without Kafka and without waiting.

For examples and measurements that need many rows, or the same rows each time.
"""

from local.replay.replay import replay

__all__ = ["replay"]
