"""What plans ask of the world: Twilio, mail, the customer's own systems."""
