"""A stand-in for Twilio's REST API: what the product calls, on loopback, with no network.

It is made after the public reference of the API and checked by the ``twilio`` package, which
drives it in the tests. State is in memory; what had an effect is also appended to a journal, which
tests compare with what the product believes it did.
"""
