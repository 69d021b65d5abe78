from collections import Counter

from pipeline.twilio.catalogue import event_types, product_of


def test_the_catalogue_has_every_known_type_once() -> None:
    types = event_types()
    assert len(types) == 185
    assert types["com.twilio.messaging.message.sent"].group == "Outbound Message Status"
    assert {entry.status for entry in types.values()} == {
        "available",
        "deprecated",
        "discontinued",
        "preview",
        "restricted",
    }


def test_every_type_has_a_raw_topic() -> None:
    assert Counter(product_of(name) for name in event_types()) == {
        "messaging": 53,
        "voice": 41,
        "verify": 16,
        "errors": 1,
        "other": 74,
    }


def test_types_nobody_has_heard_of_are_other() -> None:
    assert product_of("com.twilio.telepathy.thought.sent") == "other"
    assert product_of("") == "other"


def test_the_short_verify_names_are_verify() -> None:
    assert product_of("com.twilio.verify.verification.approved") == "verify"
