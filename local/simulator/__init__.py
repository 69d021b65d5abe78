"""Twilio as seen from the webhook: signed, disordered, repeated traffic, and the truth about it.

Everything up to the batches is a pure function of a seed and a start time; only the sender
touches the network and the clock. A new kind of traffic is a new ``Story`` under ``products/``.
"""
