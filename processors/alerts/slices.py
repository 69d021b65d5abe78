"""Slices of the traffic: which dimensions they fix, and how they nest."""

from typing import Final

import msgspec

#: What a window cell tells of its messages, in this order everywhere.
DIMENSIONS: Final = (
    "product",
    "account_sid",
    "channel",
    "service_sid",
    "country",
    "carrier",
    "sender_type",
)
#: The values of all dimensions of the finest slice.
Leaf = tuple[str, str, str, str, str, str, str]


class Shape(msgspec.Struct, frozen=True):
    """A way to cut the traffic: the dimensions it fixes, and the wider shape it learns from.

    ``weight`` is its part of the budget of false pages; the finest slices, where most changes
    are hardest to see, get the most.
    """

    kept: tuple[int, ...]
    parent: int
    weight: float


def _shape(names: str, parent: int, weight: float) -> Shape:
    return Shape(tuple(DIMENSIONS.index(name) for name in names.split()), parent, weight)


#: Widest first, so that a parent stands before its children.
SHAPES: Final = (
    _shape("product", -1, 0.03),
    _shape("product country", 0, 0.05),
    _shape("product country carrier", 1, 0.05),
    _shape("product account_sid", 0, 0.04),
    _shape("product account_sid channel", 3, 0.02),
    _shape("product account_sid service_sid", 3, 0.04),
    _shape("product account_sid sender_type", 3, 0.02),
    _shape("product account_sid country", 3, 0.05),
    _shape("product account_sid country carrier", 7, 0.05),
    _shape("product account_sid service_sid country", 7, 0.05),
    _shape(" ".join(DIMENSIONS), 8, 0.60),
)
LEAF_SHAPE: Final = len(SHAPES) - 1


class Slice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One slice: a shape, and the values it fixes."""

    shape: int
    values: tuple[str, ...]

    def fixed(self) -> dict[str, str]:
        """Give its values by dimension."""
        kept = SHAPES[self.shape].kept
        return {DIMENSIONS[at]: value for at, value in zip(kept, self.values, strict=True)}

    def contains(self, leaf: Leaf) -> bool:
        """Whether the finest slice ``leaf`` is part of it."""
        return all(
            leaf[at] == value
            for at, value in zip(SHAPES[self.shape].kept, self.values, strict=True)
        )

    def text(self) -> str:
        """Name it in one line, the same every time: it serves as an id too."""
        return ",".join(f"{name}={value}" for name, value in self.fixed().items())


def slices_of(leaf: Leaf) -> list[Slice]:
    """Give the slice of every shape that contains a leaf, in the order of ``SHAPES``."""
    return [
        Slice(number, tuple(leaf[at] for at in shape.kept)) for number, shape in enumerate(SHAPES)
    ]
