import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.encoding import BombError, EncodingError, decoded


def bare(data: bytes) -> bytes:
    """Deflate without zlib's frame, as some senders do."""
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(data) + squeezer.flush()


@given(data=st.binary(max_size=200), more=st.binary(max_size=20))
def test_every_form_of_gzip_and_deflate_is_undone(data: bytes, more: bytes) -> None:
    assert decoded(gzip.compress(data), "gzip", 200) == data
    assert decoded(gzip.compress(data) + gzip.compress(more), " X-GZIP", 220) == data + more
    assert decoded(zlib.compress(data), "deflate", 200) == data
    assert decoded(bare(data), "Deflate", 200) == data


@given(junk=st.binary(max_size=60), encoding=st.sampled_from(["gzip", "deflate", "br", "gzip, br"]))
def test_any_bytes_are_inflated_or_refused(junk: bytes, encoding: str) -> None:
    try:
        assert len(decoded(junk, encoding, 100)) <= 100
    except (EncodingError, BombError):
        return


def test_a_bomb_is_not_inflated_beyond_the_limit() -> None:
    bomb = gzip.compress(b"0" * 100_000_000)
    with pytest.raises(BombError):
        decoded(bomb, "gzip", 1_000_000)
    with pytest.raises(EncodingError):
        decoded(gzip.compress(b"0") * 1000, "gzip", 1_000_000)
    assert len(decoded(gzip.compress(b"0" * 1000), "gzip", 1000)) == 1000
