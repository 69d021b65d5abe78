"""Against a Maven repository of our own on the loopback interface."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from typing_extensions import override

from local.kafka.jar import Jar
from local.kafka.jar_cache import CACHE_VARIABLE, JarCache, cache_directory
from pipeline.errors import ConfigurationError, PermanentError, UnavailableError

CONTENTS = {name: name.encode() * 50_000 for name in ("one", "two", "three")}


def jar(name: str) -> Jar:
    content = CONTENTS[name]
    return Jar("org.example", name, "1", hashlib.sha256(content).hexdigest(), len(content))


JARS = [jar(name) for name in CONTENTS]


class Repository(ThreadingHTTPServer):
    """Serves the jars; `instead` replaces the body of one, `cut` sends only half of it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.instead: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that are told to stop hang up in the middle; that is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    paths: ClassVar = {f"/{jar(name).path}": name for name in CONTENTS}

    def do_GET(self) -> None:
        assert isinstance(self.server, Repository)
        name = self.paths.get(self.path, "")
        self.server.asked.append(name)
        body = self.server.instead.get(name, CONTENTS.get(name, b""))
        self.send_response(200 if name else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if name in self.server.cut else body)
        self.close_connection = name in self.server.cut

    @override
    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path, repository: Repository) -> JarCache:
    return JarCache(tmp_path / "cache", repository.url)


def kept(cache: JarCache) -> set[str]:
    return {file.name for file in cache.directory.rglob("*") if file.is_file()}


def test_what_is_missing_is_fetched_once(cache: JarCache, repository: Repository) -> None:
    files = cache.ensure(JARS)
    assert [file.read_bytes() for file in files] == list(CONTENTS.values())
    assert kept(cache) == {"one-1.jar", "two-1.jar", "three-1.jar"}
    assert cache.ensure(JARS) == files
    assert sorted(repository.asked) == ["one", "three", "two"]


def test_a_jar_damaged_in_the_cache_is_fetched_again(
    cache: JarCache, repository: Repository
) -> None:
    cache.ensure(JARS)
    cache.file(JARS[1]).write_bytes(b"two" * 49_999 + b"tWo")
    repository.asked.clear()
    cache.ensure(JARS)
    assert repository.asked == ["two"]
    assert cache.file(JARS[1]).read_bytes() == CONTENTS["two"]


def test_a_cut_download_leaves_no_half_file_and_says_what_to_do(
    cache: JarCache, repository: Repository
) -> None:
    repository.cut.add("two")
    expected = r"^could not download org.example:two:1 \(.*cut.*\); check the network .*start again"
    with pytest.raises(UnavailableError, match=expected):
        cache.ensure(JARS)
    assert kept(cache) <= {"one-1.jar", "three-1.jar"}
    repository.cut.clear()
    assert len(cache.ensure(JARS)) == 3


def test_another_jar_than_the_pinned_one_is_refused_by_name(
    cache: JarCache, repository: Repository
) -> None:
    repository.instead["three"] = b"evil!" * 50_000
    with pytest.raises(
        PermanentError, match=r"^org.example:three:1 from .* is not the pinned file"
    ):
        cache.ensure(JARS)
    assert "three-1.jar" not in kept(cache)
    assert kept(cache) <= {"one-1.jar", "two-1.jar"}


def test_a_jar_that_the_repository_lacks(cache: JarCache) -> None:
    absent = Jar("org.example", "absent", "1", "00", 7)
    with pytest.raises(UnavailableError, match=r"absent:1 \(HTTP 404\)"):
        cache.ensure([absent])
    assert kept(cache) == set()


def test_no_repository(tmp_path: Path) -> None:
    cache = JarCache(tmp_path, "http://127.0.0.1:1")
    with pytest.raises(UnavailableError, match=r"\(no connection\); check the network"):
        cache.ensure(JARS[:1])
    assert kept(cache) == set()


def test_a_cache_that_can_t_be_written(tmp_path: Path, repository: Repository) -> None:
    (tmp_path / "cache").touch()
    cache = JarCache(tmp_path / "cache", repository.url)
    with pytest.raises(ConfigurationError, match=f"set {CACHE_VARIABLE} to another folder"):
        cache.ensure(JARS[:1])


def test_it_can_be_stopped(cache: JarCache) -> None:
    cache.stopped.set()
    with pytest.raises(UnavailableError, match="stopped"):
        cache.ensure(JARS)
    assert kept(cache) == set()


def test_without_a_terminal_the_progress_is_a_few_plain_lines(
    cache: JarCache, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.ensure(JARS)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Fetching Apache Kafka, 3 jars: 0.0 of 0.6 MB"
    assert lines[-1] == "Fetching Apache Kafka, 3 jars: 0.6 of 0.6 MB"
    assert len(lines) <= 5


def test_the_environment_names_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert cache_directory() == tmp_path
