import hashlib
from pathlib import Path

import pytest

from local.kafka.jar import Jar, read_lock, write_lock
from pipeline.errors import ConfigurationError

JAR = Jar("org.example", "thing_2.13", "1.0", hashlib.sha256(b"content").hexdigest(), 7)


def test_a_line_of_the_lock_comes_back() -> None:
    assert Jar.parse(JAR.line()) == JAR
    assert JAR.coordinate == "org.example:thing_2.13:1.0"
    assert str(JAR.path) == "org/example/thing_2.13/1.0/thing_2.13-1.0.jar"


@pytest.mark.parametrize("line", ["", "a:b:c", "a:b hash 7", "a:b:c hash seven", "a:b:c:d hash 7"])
def test_a_damaged_line_is_told(line: str) -> None:
    with pytest.raises(ConfigurationError, match="not a line of a jar lock"):
        Jar.parse(line)


@pytest.mark.parametrize(
    ("content", "same"), [(b"content", True), (b"contenT", False), (b"", False)]
)
def test_a_file_is_the_jar_only_byte_for_byte(tmp_path: Path, content: bytes, same: bool) -> None:
    file = tmp_path / "a.jar"
    file.write_bytes(content)
    assert JAR.matches(file) is same
    assert JAR.matches(tmp_path / "absent.jar") is False


def test_the_lock_is_sorted_and_read_back(tmp_path: Path) -> None:
    other = Jar("a.first", "b", "2", "00", 1)
    write_lock([JAR, other], tmp_path / "lock")
    assert read_lock(tmp_path / "lock") == [other, JAR]


def test_our_lock_pins_one_kafka_and_its_log_binding() -> None:
    jars = read_lock()
    assert len(jars) == 45
    assert {jar.version for jar in jars if jar.group == "org.apache.kafka"} == {"4.4.0"}
    assert "org.slf4j:slf4j-simple:1.7.36" in {jar.coordinate for jar in jars}
    assert all(len(bytes.fromhex(jar.sha256)) == 32 and jar.size > 0 for jar in jars)
    assert len({(jar.group, jar.artifact) for jar in jars}) == len(jars)
