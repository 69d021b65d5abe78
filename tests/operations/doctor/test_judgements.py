import os
import ssl
from pathlib import Path

import pytest

from local.ports import free_port
from operations.doctor.certificate import judge, look_at_certificate
from operations.doctor.clickhouse import skew
from operations.doctor.folder import look_at_spool
from operations.doctor.privacy import judge as judge_key
from pipeline.privacy import Key, Pseudonymizer
from pipeline.settings import SpoolSettings, load
from tests.security.certificates import Certificates
from tests.security.tls_front import tls_front

PERSON = "+15550100002"


@pytest.mark.parametrize(
    ("there", "grade"),
    [(100.0, "ok"), (102.0, "ok"), (98.0, "warn"), (104.0, "warn"), (30.0, "fail")],
)
def test_a_clock_is_judged_by_the_least_it_can_be_off(there: float, grade: str) -> None:
    assert skew((99.5, 102.0), there).grade == grade


def test_a_key_is_judged_by_a_stored_hash() -> None:
    former, present = b"0123456789abcdef", b"fedcba9876543210"
    stored = Pseudonymizer(former).hash(PERSON)
    assert judge_key(Pseudonymizer(former), PERSON, stored).grade == "ok"
    both = Pseudonymizer(present, "new", [Key("", former)])
    assert judge_key(both, PERSON, stored).grade == "ok"
    found = judge_key(Pseudonymizer(present, "new"), PERSON, stored)
    assert found.grade == "fail"
    assert PERSON not in str(found)
    assert stored not in str(found)


async def test_a_spool_needs_a_folder_and_room(tmp_path: Path) -> None:
    def spool(directory: Path | str) -> SpoolSettings:
        return load(
            SpoolSettings, directory=str(directory), max_bytes=1 << 20, segment_bytes=1 << 16
        )

    (found,) = await look_at_spool(spool(""), 1)
    assert (found.grade, found.do) == ("warn", "set TWILIO_PIPELINE_SPOOL_DIRECTORY")
    (found,) = await look_at_spool(spool(tmp_path / "made" / "later"), 1)
    assert found.grade == "ok"
    assert os.listdir(tmp_path) == []  # noqa: PTH208  an instant, and pathlib's is refused here
    (found,) = await look_at_spool(spool("/proc/nobody/writes/here"), 1)
    assert found.grade == "fail"
    (found,) = await look_at_spool(spool(tmp_path), 1 << 50)
    assert (found.grade, found.do) == (
        "warn",
        "free some space, or set TWILIO_PIPELINE_SPOOL_MAX_BYTES to less",
    )


async def test_the_public_certificate_is_looked_at(tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)
    with tls_front(certificates.server, free_port()) as port:
        url = f"https://127.0.0.1:{port}/twilio/events"
        known = ssl.create_default_context(cafile=certificates.authority)
        (found,) = await look_at_certificate(url, known)
        assert found.grade == "ok"
        assert "is valid for" in found.seen
        (found,) = await look_at_certificate(url)
        assert found.grade == "fail"
        assert found.seen.startswith("Twilio will not believe the certificate of 127.0.0.1: unable")
    (found,) = await look_at_certificate(url)
    assert found.seen == "no TLS with 127.0.0.1 from here: Connection refused"
    (found,) = await look_at_certificate("http://127.0.0.1/twilio/events")
    assert (found.grade, found.seen) == ("warn", "http://127.0.0.1/twilio/events is not https")


def test_a_certificate_is_to_be_renewed_in_time() -> None:
    assert [judge(days).grade for days in (90.0, 21.5, 20.9, 0.5)] == ["ok", "ok", "warn", "warn"]
