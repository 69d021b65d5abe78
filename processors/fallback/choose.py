"""Which policy and which steps a failed or silent message gets."""

from typing import Final, cast

from pipeline.items.outcome import Outcome
from processors.fallback.policy import Policies, Policy, Step, Trigger

#: What a policy calls the values that it takes, by what an outcome calls its one.
_PLURALS: Final = {
    "account_sid": "account_sids",
    "service_sid": "service_sids",
    "country": "countries",
}


def policy_for(policies: Policies, outcome: Outcome) -> Policy | None:
    """Find the first policy that is for such a message; None when there is none."""
    return next((policy for policy in policies.policies if not mismatch(policy, outcome)), None)


def trigger_for(cause: str, error_class: str) -> Trigger:
    """Which of a policy's lists applies to a kind of outcome and a class of errors."""
    return "silent" if cause == "silent" else cast("Trigger", error_class or "other")


def steps_for(policy: Policy, trigger: Trigger) -> tuple[Step, ...]:
    """Give the steps in order, none where the policy has none for the class."""
    return policy.when.get(trigger, ())


def mismatch(policy: Policy, outcome: Outcome) -> str:
    """What of a policy is not so with a message; empty when the policy is for it."""
    if policy.product != outcome.product:
        return f"it is for product {policy.product}, not {outcome.product}"
    for name, several in _PLURALS.items():
        value, wanted = getattr(outcome, name), getattr(policy, several)
        if wanted and value not in wanted:
            return f"{name} {value or 'none'} is not among {', '.join(wanted)}"
    missing = sorted(f"{k}={v}" for k, v in policy.tags.items() - outcome.tags.items())
    return f"it has no tag {', '.join(missing)}" if missing else ""
