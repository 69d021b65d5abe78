"""How the pipeline itself does: its parts, what waits in Kafka, what was set aside."""
