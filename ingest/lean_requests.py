"""Produce requests encoded with one copy of their records.

aiokafka encodes level by level and joins at each, so that a record's bytes are copied six times
on their way to the socket; here every level adds to one list that is joined once.
"""

from collections.abc import Iterator
from typing import Any, Final

from aiokafka.protocol import produce
from aiokafka.protocol.types import Array, Bytes, Int32, Schema

_REQUESTS: Final = tuple(
    getattr(produce, name) for name in dir(produce) if name.startswith("ProduceRequest_v")
)


def use_lean_requests() -> None:
    """Make aiokafka encode produce requests so, in this process; may be called again."""
    for each in _REQUESTS:
        each.encode = encoded


def encoded(request: Any) -> bytes:  # noqa: ANN401  one of aiokafka's versions of it
    """What aiokafka's own ``encode`` gives."""
    values = [getattr(request, name) for name in request.SCHEMA.names]
    return b"".join(_parts(request.SCHEMA, values))


def _parts(field: Any, value: Any) -> Iterator[bytes]:  # noqa: ANN401  as the schema has it
    if isinstance(field, Schema):
        for inner, item in zip(field.fields, value, strict=True):
            yield from _parts(inner, item)
    elif isinstance(field, Array) and value is not None:
        yield Int32.encode(len(value))
        for item in value:
            yield from _parts(field.array_of, item)
    elif field is Bytes and value is not None:
        yield Int32.encode(len(value))
        yield value
    else:
        yield field.encode(value)
