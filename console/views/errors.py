"""Error codes with what they mean."""

from console.question import Question
from console.rates import share
from console.views import Answer
from console.warehouse import Ask, Row
from pipeline.twilio.error_classes import error_class_of, error_codes


async def errors(ask: Ask, question: Question) -> Answer:
    """The most frequent codes of messages, attempts, calls and Twilio's error log."""
    rows = await ask("errors", **question.parameters())
    whole = sum(row["count"] for row in rows)
    return {"rows": [_row(row, whole) for row in rows]}


def meaning_of(code: int) -> str:
    """Twilio's name for the code; empty where it is not known."""
    known = error_codes().get(code)
    return known.name if known else ""


def _row(row: Row, whole: int) -> Answer:
    code = row["code"]
    facts = {"meaning": meaning_of(code), "class": error_class_of(code)}
    return {**row, **facts, "share": share(row["count"], whole)}
