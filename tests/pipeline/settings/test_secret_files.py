from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings import ClickHouseSettings, IngestSettings, load

VARIABLE = "TWILIO_PIPELINE_CLICKHOUSE_PASSWORD"


def test_a_variable_may_name_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mounted").write_text(" with blanks \r\n")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "mounted"))
    assert load(ClickHouseSettings).password.get_secret_value() == " with blanks "
    monkeypatch.setenv(VARIABLE, "spoken")
    assert load(ClickHouseSettings).password.get_secret_value() == "spoken"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "mounted"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(file))
    with pytest.raises(ConfigurationError, match=f"^set {VARIABLE}_FILE: can't read {file}: "):
        load(ClickHouseSettings)


def test_a_file_that_a_part_watches_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tokens").write_text("one,two")
    monkeypatch.setenv("TWILIO_PIPELINE_INGEST_AUTH_TOKENS_FILE", str(tmp_path / "tokens"))
    settings = load(IngestSettings, public_url="https://example.com/x")
    assert settings.tokens == ()
    assert settings.auth_tokens_file == tmp_path / "tokens"
