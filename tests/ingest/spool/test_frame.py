"""Every cut and every flipped bit of a few records, exhaustively."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.spool.frame import HEADER_BYTES, MARKER, Damage, Frame, pack, scan

PAYLOADS = [b"first", b"", b"third \x00\xff", b"fourth"]
FIRST = 7
DATA = b"".join(pack(FIRST + i, 1000 + i, each) for i, each in enumerate(PAYLOADS))
ENDS = [sum(HEADER_BYTES + len(x) for x in PAYLOADS[: n + 1]) for n in range(len(PAYLOADS))]


def scanned(data: bytes, limit: int | None = None) -> tuple[list[Frame], list[Damage]]:
    found = list(scan(data, FIRST, limit))
    return (
        [each for each in found if isinstance(each, Frame)],
        [each for each in found if isinstance(each, Damage)],
    )


def test_what_was_packed_is_found_in_order() -> None:
    frames, damages = scanned(DATA)
    assert [frame.payload for frame in frames] == PAYLOADS
    assert [frame.sequence for frame in frames] == [7, 8, 9, 10]
    assert [frame.time_ms for frame in frames] == [1000, 1001, 1002, 1003]
    assert [frame.end for frame in frames] == ENDS
    assert damages == []


def test_a_cut_at_any_byte_keeps_every_whole_record() -> None:
    for cut in range(len(DATA)):
        frames, damages = scanned(DATA[:cut])
        whole = [end for end in ENDS if end <= cut]
        assert [frame.end for frame in frames] == whole
        rest = cut - (whole[-1] if whole else 0)
        tail = Damage(cut - rest, rest, FIRST + len(whole), 0, tail=True)
        assert damages == ([tail] if rest else [])


def test_a_flip_of_any_bit_costs_exactly_its_record_and_is_told() -> None:
    for bit in range(len(DATA) * 8):
        broken = bytearray(DATA)
        broken[bit // 8] ^= 1 << bit % 8
        hit = next(n for n, end in enumerate(ENDS) if bit // 8 < end)
        frames, damages = scanned(bytes(broken), FIRST + len(PAYLOADS))
        assert [f.payload for f in frames] == [p for n, p in enumerate(PAYLOADS) if n != hit]
        begin = ENDS[hit - 1] if hit else 0
        assert damages == [Damage(begin, ENDS[hit] - begin, FIRST + hit, 1, tail=False)]


def test_a_missing_stretch_is_counted_by_its_sequences() -> None:
    frames, damages = scanned(DATA[: ENDS[0]] + DATA[ENDS[2] :])
    assert [frame.sequence for frame in frames] == [7, 10]
    assert damages == [Damage(ENDS[0], 0, 8, 2, tail=False)]


def test_records_the_next_file_has_again_are_left_to_it() -> None:
    frames, damages = scanned(DATA, FIRST + 2)
    assert [frame.sequence for frame in frames] == [7, 8]
    assert damages == []


def test_a_marker_inside_a_payload_misleads_nobody() -> None:
    inner = pack(FIRST, 0, MARKER + b"forged")
    data = pack(FIRST, 1, b"x" + MARKER + inner) + pack(FIRST + 1, 2, b"next")
    frames, damages = scanned(data)
    assert [frame.sequence for frame in frames] == [7, 8]
    assert damages == []


@given(st.binary(max_size=300), st.integers(0, len(DATA)))
def test_garbage_anywhere_never_raises_and_hides_no_whole_record_behind_it(
    garbage: bytes, at: int
) -> None:
    frames, damages = scanned(DATA[:at] + garbage + DATA[at:])
    behind = [FIRST + n for n, end in enumerate([0, *ENDS[:-1]]) if end >= at]
    assert set(behind) <= {frame.sequence for frame in frames}
    if garbage:
        assert damages
