"""The types a configuration is made of: what stands at a key, and what may be chosen there."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec


def inner_of(kind: Any, key: str | int) -> Any:  # noqa: ANN401  a type of any form
    """The type of what stands at a key or number; None where there is no such place."""
    for each in _alternatives(kind):
        if _is_struct(each):
            fields = {field.encode_name: field.type for field in msgspec.structs.fields(each)}
            if key in fields:
                return fields[key]
        elif get_origin(each) is dict:
            return get_args(each)[1]
        elif get_origin(each) in (tuple, list):
            return get_args(each)[0]
    return None


def choices_of(kind: Any, *, at_key: bool) -> list[str]:  # noqa: ANN401  as above
    """What may be written there; ``at_key`` as a key of the table.

    A pair of a type and a key is where a struct's tag stands.
    """
    if isinstance(kind, tuple):
        return [str(each.__struct_config__.tag) for each in _alternatives(kind[0])]
    found: list[str] = []
    for each in _alternatives(kind):
        if at_key and get_origin(each) is dict:
            return choices_of(get_args(each)[0], at_key=False)
        if get_origin(each) is Literal:
            found += map(str, get_args(each))
    return found


def fields_of(kind: Any) -> set[str]:  # noqa: ANN401  as above
    """All keys that can be written anywhere in it."""
    found: set[str] = set()
    for each in _alternatives(kind):
        if _is_struct(each):
            for field in msgspec.structs.fields(each):
                found |= {field.encode_name, *fields_of(field.type)}
        elif get_origin(each) in (dict, tuple, list):
            found |= fields_of(get_args(each)[-1 if get_origin(each) is dict else 0])
    return found


def meant_by(kind: Any) -> str:  # noqa: ANN401  as above
    """What a text with a pattern is, in words, where its type says so."""
    said = (each.description for each in get_args(kind)[1:] if isinstance(each, msgspec.Meta))
    return next((f"is to be {each}" for each in said if each), "")


def _alternatives(kind: Any) -> Iterator[Any]:  # noqa: ANN401  as above
    """The types of a union, without what is said about them."""
    if get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _alternatives(each)
    elif kind is not NoneType:
        yield kind


def _is_struct(kind: Any) -> bool:  # noqa: ANN401  as above
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
