"""Twilio's own validator accepts the signatures."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from local.simulator.webhook import Webhook

WEBHOOK = Webhook("http://127.0.0.1:1/twilio/events", "https://localhost/twilio/events", "token")


@given(st.text(min_size=1))
def test_the_validator_accepts_any_body(text: str) -> None:
    request = WEBHOOK.sign(text.encode("utf-8", "surrogatepass"))
    query = request.url.partition("?")[2]

    validator = RequestValidator("token")
    signature = request.headers["X-Twilio-Signature"]
    url = f"{WEBHOOK.public_url}?{query}"
    assert validator.validate(url, text, signature)
    assert not validator.validate(url, f"{text} ", signature)
    assert not RequestValidator("other").validate(url, text, signature)


def test_it_posts_to_the_local_address() -> None:
    url = WEBHOOK.sign(b"[]").url

    assert url.startswith("http://127.0.0.1:1/twilio/events?bodySHA256=4f53cda18c2baa0c")
