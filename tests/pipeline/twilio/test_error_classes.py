import pytest

from pipeline.twilio.error_classes import error_class_of, error_codes


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, ""),
        (30003, "transient"),
        (30005, "permanent"),
        (30007, "filtered"),
        (30023, "cap"),
        (30034, "config"),
        (30450, "fraud"),
        (21610, "opt_out"),
        (30104, "other"),
        (999_999, "other"),
    ],
)
def test_class_of_a_code(code: int, expected: str) -> None:
    assert error_class_of(code) == expected


def test_every_code_has_a_meaning() -> None:
    codes = error_codes()
    assert len(codes) == 440
    assert all(entry.name and entry.level in {"error", "warning"} for entry in codes.values())
