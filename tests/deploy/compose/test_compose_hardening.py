"""Every container: no rights, nothing to write but what it is given, bounded, pinned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.deploy.compose.compose_file import OURS, REPOSITORY, compose, services

if TYPE_CHECKING:
    from tests.deploy.compose.compose_file import Service

EVERY = pytest.mark.parametrize("service", services().values(), ids=services().keys())
JOBS = {"schema", "roles", "topics", "console-user", "simulator"}
TAG = re.compile(r":v?\d+\.\d+\.\d+(\.\d+)?$")


@EVERY
def test_it_can_do_little(service: Service) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])
    assert "privileged" not in service
    assert all(path.startswith(("/tmp:", "/var/log/")) for path in service["tmpfs"])  # noqa: S108  (a container's)


@EVERY
def test_it_is_bounded(service: Service) -> None:
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["cpus"] >= 1
    assert service["pids_limit"] >= 64
    assert all("size=" in each for each in service["tmpfs"])
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


@EVERY
def test_only_loopback_ports_are_published(service: Service) -> None:
    for port in service.get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+", port)
        assert "outside" in service["networks"]


@EVERY
def test_what_is_mounted_is_there_and_can_only_be_read(service: Service) -> None:
    volumes = compose()["volumes"]
    for mount in service.get("volumes", []):
        source, _, target = mount.partition(":")
        if source.startswith("./"):
            assert (REPOSITORY / source).exists(), source
            assert target.endswith(":ro")
        else:
            assert source in volumes


def test_images_are_pinned_and_those_of_a_kind_alike() -> None:
    images = {each["image"] for each in services().values() if OURS not in each["image"]}
    assert all(TAG.search(image) for image in images)
    assert len({image.partition(":")[0] for image in images}) == len(images)


def test_whatever_runs_on_tells_its_health_and_comes_back() -> None:
    for name, service in services().items():
        assert service["restart"] == ("no" if name in JOBS else "unless-stopped")
        assert ("healthcheck" in service) is (name not in JOBS)


def test_the_stores_are_reached_from_inside() -> None:
    assert compose()["networks"]["inside"] == {"internal": True}
    assert all("inside" in each["networks"] for each in services().values())
    assert "ports" not in services()["kafka"]


def test_nothing_starts_before_what_it_needs() -> None:
    known = services()
    for name, service in known.items():
        for needed, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed in JOBS else "service_healthy"
            assert how == {"condition": expected}, name
            assert needed in known
            assert "profiles" not in known[needed]
