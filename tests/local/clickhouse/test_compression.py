import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.clickhouse.compression import compress, decompress
from local.clickhouse.failure import CANNOT_DECOMPRESS, TOO_LARGE, QueryError

CODINGS = ["lz4", "zstd", "gzip", "deflate"]


@pytest.mark.parametrize("coding", CODINGS)
@given(blocks=st.lists(st.binary(max_size=500), min_size=1, max_size=5))
def test_one_frame_a_block_comes_back_whole(coding: str, blocks: list[bytes]) -> None:
    body = b"".join(compress(block, coding)[0] for block in blocks)
    assert decompress(body, coding, 10_000) == b"".join(blocks)


@pytest.mark.parametrize("coding", CODINGS)
def test_the_limit_holds_for_what_comes_out(coding: str) -> None:
    body, _ = compress(b"x" * 1_000, coding)
    assert len(decompress(body, coding, 1_000)) == 1_000
    with pytest.raises(QueryError) as raised:
        decompress(body, coding, 999)
    assert raised.value.code == TOO_LARGE


@pytest.mark.parametrize("coding", CODINGS)
def test_a_cut_body_is_told(coding: str) -> None:
    body, _ = compress(bytes(range(256)) * 10, coding)
    with pytest.raises(QueryError) as raised:
        decompress(body[:-3], coding, 10_000)
    assert raised.value.code == CANNOT_DECOMPRESS


@pytest.mark.parametrize("coding", ["", "identity"])
def test_no_coding_is_one_too(coding: str) -> None:
    assert decompress(b"as it is", coding, 10) == b"as it is"


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("lz4,zstd,gzip,deflate", "lz4"),
        ("gzip, deflate, br", "gzip"),
        ("zstd;q=0.5", "zstd"),
        ("br", None),
        ("", None),
    ],
)
def test_our_first_coding_that_is_accepted(accepted: str, chosen: str | None) -> None:
    assert compress(b"text", accepted)[1] == chosen


def test_gzip_is_what_everybody_reads() -> None:
    assert gzip.decompress(compress(b"text", "gzip")[0]) == b"text"
