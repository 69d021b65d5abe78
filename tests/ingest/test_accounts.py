"""Tokens of accounts, and where secrets must not turn up, on a running ingress."""

from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from pipeline.topics import RAW
from tests.ingest.conftest import StartIngress
from tests.ingest.topic_reader import TopicReader
from tests.ingest.twilio_like import Answered, message_event, signature_of, signed_target

ACCOUNT = "AC" + "1" * 32
OTHER = "AC" + "2" * 32
FIXED = "fixed-token-5a1d"
FILED = "filed-token-77c0"


DONE = Answered(200, "")


def foreign() -> float:
    """Requests signed by an account they do not mention, until now."""
    return REGISTRY.get_sample_value("twilio_ingest_foreign_accounts_total") or 0.0


async def test_a_token_of_an_account_signs_and_what_it_does_not_mention_is_counted(
    start_ingress: StartIngress, reader: TopicReader
) -> None:
    before = foreign()
    own, strange = message_event(accountSid=ACCOUNT), message_event(accountSid=OTHER)
    async with start_ingress(auth_tokens=f"{ACCOUNT}:{FIXED}") as ingress:
        await ingress.until_ready()
        for event, expected in ((own, 0), (strange, 1)):
            signature = signature_of(signed_target(event), FIXED)
            assert (await ingress.post(event, signature=signature)).status == 200
            assert foreign() - before == expected
        named = signature_of(signed_target(own), f"{ACCOUNT}:{FIXED}")
        assert await ingress.post(own, signature=named) == Answered(403, "wrong_signature")
    values = [record.value for record in await reader.new(RAW["messaging"])]
    assert sorted(values) == sorted([b"[%b]" % own, b"[%b]" % strange])


async def test_tokens_turn_up_nowhere(
    start_ingress: StartIngress, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"{FILED}\n")
    shown: list[str] = []
    async with start_ingress(auth_tokens=FIXED, auth_tokens_file=file) as ingress:
        await ingress.until_ready()
        event = message_event()
        target = signed_target(event)
        wrong, *right = (signature_of(target, token) for token in ("wrong", FIXED, FILED))
        assert [await ingress.post(event, signature=each) for each in right] == [DONE] * 2
        shown += [
            (await ingress.post(event, signature=wrong)).reason,
            (await ingress.post(b"no json", signed_target(b"no json"), wrong)).reason,
            (await ingress.request("GET", f"/{FIXED}")).reason,
        ]
        file.unlink()
        shown.append((await ingress.post(event, signature=wrong)).reason)
        shown += [(await ingress.get(path)).reason for path in ("/metrics", "/readyz", "/healthz")]
    text = "".join([*shown, *capfd.readouterr()])
    assert "twilio_ingest_tokens_stale 1.0" in text
    assert FIXED not in text
    assert FILED not in text
