"""Which policy and which steps a failed or silent message gets."""

from typing import cast

from pipeline.items.outcome import Outcome
from processors.fallback.policy import Policies, Policy, Step, Trigger


def policy_for(policies: Policies, outcome: Outcome) -> Policy | None:
    """Find the first policy that is for such a message; None when there is none."""
    return next((policy for policy in policies.policies if _is_for(policy, outcome)), None)


def trigger_for(cause: str, error_class: str) -> Trigger:
    """Which of a policy's lists applies to a kind of outcome and a class of errors."""
    return "silent" if cause == "silent" else cast("Trigger", error_class or "other")


def steps_for(policy: Policy, trigger: Trigger) -> tuple[Step, ...]:
    """Give the steps in order, none where the policy has none for the class."""
    return policy.when.get(trigger, ())


def _is_for(policy: Policy, outcome: Outcome) -> bool:
    return (
        policy.product == outcome.product
        and _one_of(outcome.account_sid, policy.account_sids)
        and _one_of(outcome.service_sid, policy.service_sids)
        and _one_of(outcome.country, policy.countries)
        and policy.tags.items() <= outcome.tags.items()
    )


def _one_of(value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted
