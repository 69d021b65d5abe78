from pathlib import Path

import pytest

from local.kafka.properties import render, server_properties
from pipeline.errors import ConfigurationError


def test_the_broker_listens_on_loopback_only() -> None:
    values = server_properties(Path("/data/logs"), 19_092, 19_093)
    assert values["listeners"] == "PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093"
    assert values["advertised.listeners"] == "PLAINTEXT://127.0.0.1:19092"
    assert values["controller.quorum.voters"] == "1@127.0.0.1:19093"
    assert values["auto.create.topics.enable"] == "false"
    assert "log.dirs=/data/logs\n" in render(values)


def test_a_comma_in_the_folder_s_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no folder with a comma"):
        server_properties(Path("/data,more"), 1, 2)
