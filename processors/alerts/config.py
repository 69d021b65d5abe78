"""What one installation wants: tuning, expected rates, static rules, notices (TOML)."""

from pathlib import Path
from typing import Final

import msgspec

from pipeline.items.alert import Severity
from pipeline.toml import TomlFile
from processors.alerts.settings import Tuning
from processors.alerts.slices import DIMENSIONS, Leaf


class Where(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which messages something is about; what is not named may be anything."""

    product: str | None = None
    account_sid: str | None = None
    channel: str | None = None
    service_sid: str | None = None
    country: str | None = None
    carrier: str | None = None
    sender_type: str | None = None

    def matches(self, leaf: Leaf) -> bool:
        """Whether all messages of a leaf are meant."""
        named = self.named()
        return all(
            named.get(name, value) == value for name, value in zip(DIMENSIONS, leaf, strict=True)
        )

    def named(self) -> dict[str, str]:
        """What is asked for, by dimension."""
        wanted = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: value for name, value in wanted.items() if value is not None}


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A failure rate that is taken as usual, instead of the learned one."""

    where: Where
    failure_rate: float


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A static rule: a delivery rate below ``below`` over ``minutes`` with ``at_least`` known."""

    name: str
    below: float
    minutes: int
    at_least: int
    severity: Severity = "ticket"
    where: Where = Where()


class NoticeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Single events worth a notice: by code, by class of error, or any failure of a service."""

    name: str
    codes: tuple[int, ...] = ()
    error_classes: tuple[str, ...] = ()
    service_sids: tuple[str, ...] = ()
    severity: Severity = "ticket"
    every_minutes: int = 60


#: Account suspended; sender not registered; blocked as fraud.
USUAL_NOTICES: Final = (
    NoticeRule(name="account suspended", codes=(30002,), severity="page"),
    NoticeRule(name="sender not registered", codes=(30034,)),
    NoticeRule(name="fraud signal", error_classes=("fraud",)),
)


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file; every part may be left out."""

    tuning: Tuning = Tuning()
    expected: tuple[Expected, ...] = ()
    rules: tuple[Rule, ...] = ()
    notices: tuple[NoticeRule, ...] = USUAL_NOTICES


def read_config(path: Path | None, tuning: Tuning) -> Config:
    """Read a file over the given tuning; ConfigurationError names the line and key in error."""
    if path is None:
        return Config(tuning=tuning)
    file = TomlFile.read(path)
    own = file.written.get("tuning", {})
    if isinstance(own, dict):
        file.written["tuning"] = {**msgspec.structs.asdict(tuning), **own}
    return file.convert(Config)
