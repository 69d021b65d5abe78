"""The webhook: verifies Twilio's requests and appends their events to Kafka."""
