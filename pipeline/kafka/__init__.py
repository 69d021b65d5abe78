"""Connections to Kafka: what every client is made with, and why one can't be made."""

from pipeline.kafka.client import client_arguments
from pipeline.kafka.trouble import unavailable

__all__ = ["client_arguments", "unavailable"]
