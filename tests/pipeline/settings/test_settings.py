from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings import (
    ALL,
    ConsoleSettings,
    IngestSettings,
    KafkaSettings,
    PrivacySettings,
    load,
)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_PARTITIONS", "32")
    assert load(KafkaSettings).partitions == 32


@pytest.mark.parametrize("value", ["many", "0", "-1", "99999"])
def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_KAFKA_PARTITIONS", value)
    with pytest.raises(ConfigurationError, match=r"^set TWILIO_PIPELINE_KAFKA_PARTITIONS: "):
        load(KafkaSettings)


def test_a_missing_value_names_its_variable() -> None:
    with pytest.raises(ConfigurationError, match="set TWILIO_PIPELINE_PRIVACY_HASH_KEY: "):
        load(PrivacySettings)


def test_secrets_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "twilio_pipeline_privacy_hash_key").write_text("0123456789abcdef")
    monkeypatch.setenv("TWILIO_PIPELINE_SECRETS_DIR", str(tmp_path))
    assert load(PrivacySettings).hash_key.get_secret_value() == "0123456789abcdef"


def test_a_wrong_secrets_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_SECRETS_DIR", str(tmp_path / "absent"))
    with pytest.raises(ConfigurationError, match="TWILIO_PIPELINE_SECRETS_DIR is not a directory"):
        load(KafkaSettings)


def test_secrets_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_PRIVACY_HASH_KEY", "tooshort")
    with pytest.raises(ConfigurationError) as failure:
        load(PrivacySettings)
    assert "tooshort" not in str(failure.value)
    settings = load(IngestSettings, public_url="https://example.com/x", auth_tokens="one, two,")
    assert settings.tokens == ("one", "two")
    assert "two" not in repr(settings)


def test_what_is_no_json_is_said_without_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_PIPELINE_CONSOLE_PARTS", "{secret")
    with pytest.raises(ConfigurationError) as failure:
        load(ConsoleSettings)
    assert str(failure.value) == "set TWILIO_PIPELINE_CONSOLE_PARTS: it has to be JSON"


def test_every_variable_is_named_once_and_explained() -> None:
    names = [
        f"{kind.model_config.get('env_prefix')}{name}" for kind in ALL for name in kind.model_fields
    ]
    assert len(names) == len(set(names))
    assert all(field.description for kind in ALL for field in kind.model_fields.values())
