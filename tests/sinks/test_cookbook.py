"""The cookbook's answers are what the analyst gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from local.cookbook import answered, load_examples
from local.cookbook.page import unanswered
from sinks.clickhouse import connect

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from pipeline.settings import ClickHouseSettings

PAGE = (Path(__file__).parents[2] / "docs" / "cookbook.md").read_text("utf-8")
LEAST_QUESTIONS = 20


async def test_every_question_has_the_answer_the_page_gives(
    client: Client, database: ClickHouseSettings
) -> None:
    await load_examples(client, database)
    analyst = database.model_copy(update={"user": "default", "password": SecretStr("")})
    with connect(analyst) as asking:
        assert answered(PAGE, asking).splitlines() == PAGE.splitlines()
    assert PAGE.count("```sql") >= LEAST_QUESTIONS


def test_only_one_question_has_no_rows_and_says_so() -> None:
    (empty,) = unanswered(PAGE)
    assert "FROM dead_letters" in empty
    assert "no rows" in PAGE[: PAGE.index(empty)][-200:]
