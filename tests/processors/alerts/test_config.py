import re
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from processors.alerts.config import USUAL_NOTICES, Config, read_config
from processors.alerts.settings import Tuning

TEXT = """
[tuning]
false_pages_a_month = 2.5

[[expected]]
failure_rate = 0.02
where = { country = "BR", product = "messaging" }

[[rules]]
name = "brazil"
below = 0.9
minutes = 10
at_least = 50
where = { country = "BR" }
"""


def test_a_file_says_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text(TEXT)
    config = read_config(file, Tuning(false_tickets_a_month=3))
    assert config.tuning.false_pages_a_month == 2.5
    assert config.tuning.false_tickets_a_month == 3
    assert config.rules[0].where.named() == {"country": "BR"}
    assert config.expected[0].where.matches(("messaging", "AC1", "sms", "MG", "BR", "", ""))
    assert not config.expected[0].where.matches(("voice", "AC1", "sms", "MG", "BR", "", ""))
    assert config.notices == USUAL_NOTICES


def test_without_a_file_there_are_defaults() -> None:
    assert read_config(None, Tuning()) == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tuning]\nfalse_pages = 1", "2: tuning.false_pages: there is no such key"),
        ("tuning = 3", "1: tuning: Expected `object`, got `int`"),
        ("rules = 1", "1: rules: Expected `array`, got `int`"),
        ("x = [", "1: this is no TOML"),
        ("colour = 1", "1: colour: there is no such key"),
    ],
)
def test_what_cannot_be_used_is_named_by_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=f"^{re.escape(f'alerts.toml:{told}')}"):
        read_config(file, Tuning())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"can't read .*none.toml: No such file"):
        read_config(tmp_path / "none.toml", Tuning())
