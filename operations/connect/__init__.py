"""What Twilio is to send here: wanted by a file, found by its API, the difference, and its end."""
