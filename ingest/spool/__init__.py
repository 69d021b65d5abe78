"""What the ingress has acknowledged while Kafka could not take it, safe on local disk."""
