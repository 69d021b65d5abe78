"""The key of the numbers' hashes: whether it is the one that made those that are stored."""

from typing import Final

from operations.doctor.finding import Finding
from operations.doctor.sql import load_sql
from pipeline.analyst import connect_analyst
from pipeline.errors import PermanentError, UnavailableError
from pipeline.privacy import Pseudonymizer
from pipeline.settings import ClickHouseSettings, PrivacySettings

NAME: Final = "privacy.key"


async def look_at_key(clickhouse: ClickHouseSettings, privacy: PrivacySettings) -> list[Finding]:
    """Hash a stored number again, where one can be had; neither numbers nor hashes are told."""
    question, names = load_sql("known_person"), {"database": clickhouse.database}
    try:
        async with connect_analyst(clickhouse) as analyst:
            found = await analyst.rows(question, names)
    except UnavailableError:
        return [Finding(NAME, "ok", "a key is set; ClickHouse can't be asked what it gave")]
    except PermanentError:
        return [Finding(NAME, "ok", "a key is set; this user may not read numbers to compare it")]
    if not found:
        return [Finding(NAME, "ok", "a key is set; no number is stored to compare it by")]
    number, stored = map(str, found[0])
    return [judge(Pseudonymizer.of(privacy), number, stored)]


def judge(pseudonymizer: Pseudonymizer, number: str, stored: str) -> Finding:
    """Whether the number hashes to what is stored."""
    if pseudonymizer.hash(number) == stored:
        return Finding(NAME, "ok", "the key gives the hashes that are stored")
    if stored in pseudonymizer.former_hashes(number):
        return Finding(NAME, "ok", "the newest stored hash is of a former key, which is known")
    return Finding(
        NAME,
        "fail",
        "the stored hashes were made with another key: the same person would count as two",
        "set TWILIO_PIPELINE_PRIVACY_HASH_KEY to the former key, or name it in "
        "TWILIO_PIPELINE_PRIVACY_FORMER_HASH_KEYS",
    )
