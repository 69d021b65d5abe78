"""A file is read whole, and what can't be used is said in one line."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from operations.connect.wanted import Wanted, WantedAccount
from operations.connect.wanted_file import read_wanted
from pipeline.errors import ConfigurationError
from pipeline.settings import TwilioApiSettings, load
from tests.operations.connect.conftest import ACCOUNT, DESTINATION

OTHER = "AC" + "2" * 32
SERVICE = "VA" + "3" * 32


def settings(account: str = ACCOUNT) -> TwilioApiSettings:
    return load(TwilioApiSettings, account_sid=account, accounts={OTHER: SecretStr("u:p")})


def test_a_file_says_everything(tmp_path: Path) -> None:
    file = tmp_path / "twilio.toml"
    file.write_text(
        f"""
destination = "{DESTINATION}"
description = "ours"
batch_events = false
types = ["com.twilio.messaging.*"]
except_types = ["com.twilio.messaging.compliance.*"]
[schema_versions]
"com.twilio.messaging.message.*" = 7
[[accounts]]
sid = "{ACCOUNT}"
verify_services = ["{SERVICE}"]
[[accounts]]
sid = "{OTHER}"
verify_services = ["*"]
"""
    )
    assert read_wanted(file, settings(), "") == Wanted(
        destination=DESTINATION,
        description="ours",
        batch_events=False,
        types=("com.twilio.messaging.*",),
        except_types=("com.twilio.messaging.compliance.*",),
        schema_versions={"com.twilio.messaging.message.*": 7},
        accounts=(WantedAccount(ACCOUNT, (SERVICE,)), WantedAccount(OTHER, ("*",))),
    )


def test_without_a_file_everything_goes_to_the_ingress() -> None:
    wanted = read_wanted(None, settings(), DESTINATION)
    assert wanted.types == ("*",)
    assert (wanted.destination, wanted.accounts) == (DESTINATION, (WantedAccount(ACCOUNT),))
    with pytest.raises(ConfigurationError, match="set TWILIO_PIPELINE_TWILIO_ACCOUNT_SID"):
        read_wanted(None, settings(""), DESTINATION)
    with pytest.raises(ConfigurationError, match="set TWILIO_PIPELINE_INGEST_PUBLIC_URL"):
        read_wanted(None, settings(), "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("types = [", "^twilio.toml:1: this is no TOML"),
        ("typs = []", "^twilio.toml:1: typs: there is no such key; perhaps types"),
        ('[schema_versions]\n"a" = "7"', "Expected `int`"),
        ('[[accounts]]\nsid = "AC1"', r"toml:2: accounts\[0\].sid: is to be an account's SID"),
        (f'[[accounts]]\nsid = "{"AC" + "9" * 32}"', "AC9999.* credentials of its own"),
        (f'[[accounts]]\nsid = "{OTHER}"\n[[accounts]]\nsid = "{OTHER}"', "named twice"),
        ('destination = "http://example.com"', "https addresses only"),
        ('destination = "https://me:secret@example.com"', "leave user and password out"),
        ('destination = "https://example.com/?a=1"', "leave out the query"),
    ],
)
def test_what_can_not_be_used_is_said(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "twilio.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=said) as error:
        read_wanted(file, settings(), DESTINATION)
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"can't read .*none\.toml"):
        read_wanted(tmp_path / "none.toml", settings(), DESTINATION)
