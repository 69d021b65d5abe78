from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from processors.fallback.policy_file import parse_policies, read_policies

DEFAULT = files("processors.fallback").joinpath("default.toml").read_text("utf-8")

WRONG = {
    "a type": ("lifetime_s = 600", 'lifetime_s = "x"', 8, "policies[0].lifetime_s: Expected `int`"),
    "a range": ("per_prefix = 60", "per_prefix = 0", 43, "policies[0].budget.per_prefix"),
    "a key": (
        "per_service",
        "per_srvice",
        44,
        "policies[0].budget.per_srvice: there is no such key; perhaps per_service",
    ),
    "a class": (
        "opt_out = [",
        "optout = [",
        22,
        "policies[0].when.optout: 'optout' is none of transient",
    ),
    "a product": (
        '"verify"\nlifetime',
        '"voice"\nlifetime',
        7,
        "policies[0].product: 'voice' is none of verify, messaging",
    ),
    "a number of one step among many": (
        'other = [\n    { do = "verify", channel = "call", after_s = 5 }',
        'other = [\n    { do = "verify", channel = "call", after_s = -5 }',
        32,
        "policies[0].when.other[0].after_s: Expected `float` >= 0.0",
    ),
    "an action": (
        '{ do = "retry", after_s = 5 }',
        '{ do = "sms" }',
        14,
        "policies[0].when.transient[0].do: 'sms' is none of retry, verify, message, email, webhook",
    ),
    "a list's name": (
        "[[policies]]",
        "[[policy]]",
        5,
        "policy: there is no such key; perhaps policies",
    ),
    "a table's name": ("[policies.budget]", "[policy.budget]", 41, "policy: there is no such key"),
    "a time": (
        "switch_at_once = true",
        'quiet_hours = { from = "22", to = "07:00" }',
        9,
        "policies[0].quiet_hours.from: is to be a time such as 22:00",
    ),
    "a tag": (
        "switch_at_once = true",
        "tags = { app = 1 }",
        9,
        "policies[0].tags.app: Expected `str`, got `int`",
    ),
    "what is not said": ('name = "verify"', "", 5, "policies[0]: name is missing"),
    "no steps in a list": (
        "fraud = []",
        "fraud = 5",
        39,
        "policies[0].when.fraud: Expected `array`, got `int`",
    ),
    "money on fraud": (
        "fraud = []",
        'fraud = [{ do = "retry" }]',
        39,
        "policies[0].when.fraud[0].do: nothing that costs money",
    ),
    "a repetition that can't work": (
        'opt_out = [\n    { do = "verify", channel = "call" }',
        'opt_out = [\n    { do = "retry" }',
        23,
        "the same channel can't work after an error of class opt_out",
    ),
    "too many sends": (
        'silent = [\n    { do = "verify", channel = "call" }',
        'silent = [\n    { do = "verify", channel = "call", attempts = 5 }',
        35,
        "Verify sends a code five times at most; 5 more",
    ),
    "a channel": ('channel = "call"', 'channel = "voice"', 15, "choose one of call, sms, whatsapp"),
    "a deadline": (
        'retry", after_s = 5',
        'retry", deadline_s = 601',
        14,
        "the code is only good for 600 s",
    ),
}


def test_what_comes_with_the_product_sends_nothing_until_told_to() -> None:
    policies = read_policies(None)
    assert policies.dry_run
    (policy,) = policies.policies
    assert policy.name == policy.product == "verify"
    assert policy.when["fraud"] == ()


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_named_by_line_and_key(case: str) -> None:
    right, wrong, line, told = WRONG[case]
    assert right in DEFAULT
    with pytest.raises(ConfigurationError) as error:
        parse_policies(DEFAULT.replace(right, wrong, 1), "mine.toml")
    assert f"mine.toml:{line}: " in str(error.value)
    assert told in str(error.value)


def test_what_is_no_toml_is_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("dry_run = true\n[[policies]\n")
    with pytest.raises(ConfigurationError, match=r"mine\.toml:2: this is no TOML: Expected"):
        read_policies(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"can't read .*nowhere\.toml"):
        read_policies(tmp_path / "nowhere.toml")


def test_two_policies_need_two_names() -> None:
    twice = DEFAULT + DEFAULT.split("dry_run = true", 1)[1]
    with pytest.raises(ConfigurationError, match=r"policies\[1\]\.name: verify is the name"):
        parse_policies(twice, "mine.toml")


def test_an_unknown_time_zone_is_named() -> None:
    hours = '[policies.quiet_hours]\nfrom = "22:00"\nto = "07:00"\ntime_zone = "Europe/Nowhere"\n'
    with pytest.raises(ConfigurationError, match="no time zone is called 'Europe/Nowhere'"):
        parse_policies(DEFAULT + hours, "mine.toml")
