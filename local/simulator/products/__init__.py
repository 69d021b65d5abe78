"""The events of each Twilio product, spelled as that product spells them."""
