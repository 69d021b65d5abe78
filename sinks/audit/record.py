"""One line of the extract, and its canonical text, which the chain is made of."""

from typing import Final

import msgspec

#: What the first record carries as the hash of the one before.
ORIGIN: Final = "0" * 64


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A message, attempt of Verify, verification or call.

    Texts are empty and times None where not known; times are ISO 8601 in UTC. ``at`` is what the
    range of the extract counts by. ``number`` is None unless clear numbers were asked for.
    """

    seq: int
    kind: str
    sid: str
    verification_sid: str
    account_sid: str
    service_sid: str
    channel: str
    country: str
    to_hash: str
    to_masked: str
    number: str | None
    at: str
    sent_at: str | None
    finished_at: str | None
    read_at: str | None
    outcome: str
    error_code: int
    error_class: str
    events: int
    contradictory: bool
    previous: str


#: What the store gives: all but the record's own place in the chain.
FIELDS: Final = tuple(name for name in Record.__struct_fields__ if name not in {"seq", "previous"})
text_of: Final = msgspec.json.Encoder().encode
record_of: Final = msgspec.json.Decoder(Record, strict=True).decode
