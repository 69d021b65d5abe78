"""Whoever gets the file wrong is told where; whoever changes it needs no restart."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import metrics
from pipeline.errors import ConfigurationError
from processors.notifier.config import Config
from processors.notifier.config_file import ConfigFile, read_config
from tests.processors.notifier.stage import alert, notice

GOOD = """
[[channels]]
name = "on-call"
type = "pagerduty"
routing_key_env = "THE_KEY"

[[channels]]
name = "team"
type = "mail"
host = "mail.example.com"
sender = "alerts@example.com"
to = ["team@example.com"]

[[routes]]
channels = ["on-call", "team"]
severity = "page"

[[routes]]
channels = ["team"]
severity = "ticket"
where = { country = "DE" }
quiet_hours = { from = "22:00", to = "07:00", time_zone = "Europe/Berlin" }

[[maintenance]]
from = 2026-11-23T22:00:00Z
until = 2026-11-24T02:00:00Z
where = { account_sid = "AC1" }
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THE_KEY", "k")
    path = tmp_path / "notifier.toml"
    path.write_text(GOOD)
    return path


def test_without_a_file_alerts_go_to_the_log() -> None:
    config = read_config(None)
    assert config == Config()
    assert config.names_for(alert()) == ["log"]


def test_routes_choose_by_severity_and_slice(file: Path) -> None:
    config = read_config(file)
    assert config.names_for(alert()) == ["on-call", "team"]
    assert config.names_for(alert(severity="ticket")) == ["team"]
    elsewhere = alert(severity="ticket", slice={"country": "FR"})
    assert config.names_for(elsewhere) == ["log"]
    assert config.names_for(alert(severity="ticket", slice={"account_sid": "AC1"})) == ["log"]
    assert config.names_for(notice(1)) == ["on-call", "team"]
    assert config.quiet_hours(alert(), "team") is None
    assert config.quiet_hours(alert(severity="ticket"), "team") is not None


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ('"page"', '"pag"', "16: routes[0].severity: 'pag' is none of page, ticket"),
        (
            "country =",
            "contry =",
            "21: routes[1].where.contry: 'contry' is none of product, account_sid",
        ),
        (
            '"pagerduty"',
            '"pd"',
            "4: channels[0].type: 'pd' is none of alertmanager, log, mail, opsgenie",
        ),
        (
            'routing_key_env = "THE_KEY"',
            'routing_key = "k"',
            "5: channels[0].routing_key: there is no such key; perhaps routing_key_env",
        ),
        (
            'routing_key_env = "THE_KEY"',
            "",
            "2: channels[0]: channel 'on-call': set routing_key_env or routing_key_file",
        ),
        (
            '"THE_KEY"',
            '"NO_KEY"',
            "2: channels[0]: channel 'on-call': the variable NO_KEY holds no routing_key",
        ),
        ('host = "mail.example.com"', "", "7: channels[1]: host is missing"),
        ('name = "team"', 'name = "on-call"', "8: channels[1].name: 'on-call' is taken"),
        ('["team"]\nsev', '["tem"]\nsev', "19: routes[1].channels: there is no channel 'tem'"),
        ('["team"]\nsev', "[]\nsev", "19: routes[1].channels: name at least one"),
        ('"22:00"', '"25:00"', "22: routes[1].quiet_hours.from: is to be a time such as 22:00"),
        (
            "Berlin",
            "Berln",
            "22: routes[1].quiet_hours.time_zone: no time zone is called 'Europe/Berln'",
        ),
        ("02:00:00Z", "02:00:00", "25: maintenance[0].from: write times with a zone"),
        ("2026-11-24T02", "2026-11-22T02", "26: maintenance[0].until: must be after from"),
        ("[[maintenance]]", "[[maintenance]", "24: this is no TOML"),
    ],
)
def test_what_is_wrong_is_named(file: Path, was: str, now: str, problem: str) -> None:
    assert GOOD.count(was) >= 1
    file.write_text(GOOD.replace(was, now))
    with pytest.raises(ConfigurationError) as raised:
        read_config(file)
    assert str(raised.value).startswith(f"notifier.toml:{problem}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"can't read .*none.toml"):
        read_config(tmp_path / "none.toml")


def test_a_secret_can_be_a_file(file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("from a file\n")
    file.write_text(GOOD.replace('routing_key_env = "THE_KEY"', f'routing_key_file = "{secret}"'))
    (channel, _) = read_config(file).channels
    assert channel.secret("routing_key") == "from a file"
    secret.unlink()
    with pytest.raises(ConfigurationError, match="holds no routing_key"):
        channel.secret("routing_key")


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_changed_file_is_read_again_and_a_broken_one_is_not_used(file: Path) -> None:
    clock = Clock()
    config = ConfigFile(file, clock)
    assert len(config.current().routes) == 2
    change(file, GOOD.replace('severity = "page"\n', ""), clock)
    assert config.current().routes[0].severity is None
    change(file, "[[routes", clock)
    assert config.current().routes[0].severity is None
    assert metrics.NOTIFIER_CONFIG_STALE._value.get() == 1  # noqa: SLF001  there is no other way
    change(file, GOOD, clock)
    assert config.current().routes[0].severity == "page"
    assert metrics.NOTIFIER_CONFIG_STALE._value.get() == 0  # noqa: SLF001  there is no other way


def change(file: Path, text: str, clock: Clock) -> None:
    """Write the file, as of another time, and let time pass until it is looked at again."""
    clock.now += 2
    file.write_text(text)
    os.utime(file, (clock.now, clock.now))
