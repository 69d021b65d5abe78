"""Runs a pure fold over Kafka topics, exactly, on Faust: Faust delivers, we own the offsets.

Faust's own bookkeeping can skip an event after a recovery and commit what it did not process
(upstream issues 596 and 606), so nothing here relies on it. ``docs/why/offsets.md`` tells the
whole story; in short:

- ``fold``: what a processor must be;
- ``fence``: which offset may be folded next (replay, next, or a hole);
- ``row`` and ``lineage``: state as one changelog row a flush, safe from paused former owners;
- ``segments`` and ``changelog``: rows as records, and as Faust's recovery finds them;
- ``partition``: the state of one partition, pure;
- ``writer``: what a flush writes, in which order;
- ``quiet``: how the wall clock reaches a fold;
- ``streak`` and ``letter``: records that can't be folded;
- ``consumer`` and ``drained``: what was polled and may not be delivered is put back;
- ``watch``, ``stall``, ``starvation``, ``ends``: a worker that does not go on is ended;
- ``gate``: nothing is folded, written or committed between a revocation and a recovery;
- ``runner``: the one place that touches Faust's streams, producer and consumer.
"""
