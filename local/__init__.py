"""The one-machine stack: Kafka in a JVM, ClickHouse on chdb, the Twilio simulator."""
