"""What Twilio bills: usage by category and day, prices of messages, and budgets over them."""
