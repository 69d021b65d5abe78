"""One Apache Kafka broker in a JVM of its own: pinned jars, configuration, readiness."""
