"""Reproducible randomness: one independent stream of draws for each purpose."""

from random import Random


def seeded(*parts: int | str) -> Random:
    """A source of draws that depends on the parts only, on every machine and Python.

    Streams for different purposes get different parts, so that a change to one kind of traffic
    leaves the draws of the others as they were.
    """
    return Random("|".join(map(str, parts)))  # noqa: S311  simulated traffic, not a secret
