"""What a well-formed policy must not say, because it can't work or must not be done."""

from collections.abc import Iterator
from typing import Final

from pipeline.toml import Path
from processors.fallback.policy import PAID, Policies, Policy, Step

_VERIFY_CHANNELS: Final = frozenset({"sms", "call", "whatsapp"})
_MESSAGE_CHANNELS: Final = frozenset({"sms", "whatsapp"})
#: Verify sends a code at most five times; the first is already spent.
_VERIFY_SENDS: Final = 4


def problems(policies: Policies) -> Iterator[tuple[Path, str]]:
    """Give what is wrong, with where it is written."""
    names: set[str] = set()
    for at, policy in enumerate(policies.policies):
        where: Path = ("policies", at)
        if policy.name in names:
            yield (*where, "name"), f"{policy.name} is the name of another policy too"
        names.add(policy.name)
        yield from _hours(policy, where)
        for trigger, steps in policy.when.items():
            yield from _sends(policy, steps, (*where, "when", trigger))
            for number, step in enumerate(steps):
                yield from _step(policy, trigger, step, (*where, "when", trigger, number))


def _hours(policy: Policy, where: Path) -> Iterator[tuple[Path, str]]:
    if policy.quiet_hours and (unknown := policy.quiet_hours.unknown_zone()):
        yield (*where, "quiet_hours", "time_zone"), unknown


def _sends(policy: Policy, steps: tuple[Step, ...], where: Path) -> Iterator[tuple[Path, str]]:
    sends = sum(step.attempts for step in steps if _is_verify(policy, step))
    if sends > _VERIFY_SENDS:
        yield where, f"Verify sends a code five times at most; {sends} more are asked for"


def _is_verify(policy: Policy, step: Step) -> bool:
    return step.do == "verify" or (step.do == "retry" and policy.product == "verify")


def _step(policy: Policy, trigger: str, step: Step, where: Path) -> Iterator[tuple[Path, str]]:
    if step.do == "verify" and policy.product != "verify":
        yield (*where, "do"), "only a policy for product verify can send through Verify"
    if step.do == "verify" and step.channel not in _VERIFY_CHANNELS:
        yield (*where, "channel"), f"choose one of {', '.join(sorted(_VERIFY_CHANNELS))}"
    if step.do == "message" and step.channel not in _MESSAGE_CHANNELS:
        yield (*where, "channel"), f"choose one of {', '.join(sorted(_MESSAGE_CHANNELS))}"
    if step.do not in ("verify", "message") and step.channel:
        yield (*where, "channel"), f"a step that does {step.do} has no channel"
    if step.do == "email" and step.via == "verify" and policy.product != "verify":
        yield (
            (*where, "via"),
            "only a policy for product verify has Verify's e-mail: smtp, sendgrid",
        )
    if step.do == "retry" and trigger in ("permanent", "opt_out", "filtered", "cap"):
        yield (*where, "do"), f"the same channel can't work after an error of class {trigger}"
    if trigger == "fraud" and (step.do in ("retry", "message") or step.channel in PAID):
        yield (*where, "do"), "nothing that costs money may follow a sign of fraud"
    if step.deadline_s > policy.lifetime_s:
        yield (*where, "deadline_s"), f"the code is only good for {policy.lifetime_s} s"
