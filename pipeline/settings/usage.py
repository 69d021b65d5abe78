"""What may be spent at Twilio, and where the reading of usage tells how it does."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from pipeline.items.alert import Severity
from pipeline.settings.base import PipelineSettings

_Amount = Annotated[Decimal, Field(gt=0)]
_Share = Annotated[float, Field(gt=0, le=10)]


class UsageSettings(PipelineSettings):
    """Usage, prices and budgets."""

    model_config = SettingsConfigDict(env_prefix="TWILIO_PIPELINE_USAGE_")

    budget: Decimal = Field(
        Decimal(0),
        ge=0,
        description="What all accounts together may cost in a month (UTC), in their currency; 0 "
        "is no budget.",
    )
    budgets: dict[str, _Amount] = Field(
        {}, description='Budgets of single accounts, as JSON: {"AC...": 500}.'
    )
    budget_shares: tuple[_Share, ...] = Field(
        (0.8, 1.0),
        description="Shares of a budget at which a notice is sent, as JSON.",
    )
    severity: Severity = Field("ticket", description="Of these notices: `page` or `ticket`.")
    settle_s: int = Field(
        21_600,
        ge=0,
        description="Seconds after which a message's price is asked for: Twilio takes a while.",
    )
    metrics_port: int = Field(
        9107, ge=1, le=65_535, description="Port of /healthz, /readyz and /metrics, with --every."
    )
    metrics_host: str = Field("127.0.0.1", description="Address of /healthz, /readyz, /metrics.")
