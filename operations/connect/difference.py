"""What has to change so that what is found is what is wanted: pure."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from operations.connect.found import Found, FoundSink, FoundSubscription
from operations.connect.offer import AVAILABLE, Offer, pinned_version
from operations.connect.wanted import Wanted, WantedAccount
from pipeline.errors import ConfigurationError

Kind = Literal[
    "no_sink",
    "sink_description",
    "sink_not_active",
    "no_subscription",
    "type_missing",
    "type_version",
    "type_unwanted",
    "verify_events_off",
]
NoteKind = Literal["new_type", "outgoing_type", "newer_schema", "other_sink", "verify_silent"]
_VERIFY: Final = "com.twilio.accountsecurity.verify."


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs; ``what`` is the type, service, sink or address concerned."""

    account_sid: str
    kind: Kind
    what: str
    found: str | int | None = None
    wanted: str | int | None = None


class Note(msgspec.Struct, frozen=True):
    """What is no difference, but good to know."""

    account_sid: str
    kind: NoteKind
    what: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Of one account; ``versions`` are the wanted types with the versions they are to have.

    ``sink`` and ``subscription`` are what was found of what is wanted.
    """

    account_sid: str
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
    versions: dict[str, int]
    sink: FoundSink | None
    subscription: FoundSubscription | None


def difference(
    wanted: Wanted, account: WantedAccount, types: Iterable[str], offer: Offer, found: Found
) -> Difference:
    """Compare; ``types`` are the chosen ones. ConfigurationError for services there are not."""
    sink = found.sink_of(wanted.destination, wanted.description)
    subscription = found.subscription_of(sink) if sink else None
    present = found.subscribed(wanted.destination, wanted.description)
    versions = {name: _version(wanted, name, offer, present.get(name)) for name in types}
    changes = (
        *_of_sink(wanted, account.sid, sink),
        *_of_types(account.sid, subscription, versions),
        *_of_verify(account, found),
    )
    return Difference(
        account_sid=account.sid,
        changes=changes,
        notes=(
            *_notes(wanted, account, offer, found, present),
            *_of_silence(account, found, types),
        ),
        versions=versions,
        sink=sink,
        subscription=subscription,
    )


def _version(wanted: Wanted, name: str, offer: Offer, present: int | None) -> int:
    """Pinned by the file, else by what there is, else the newest, which stays from then on."""
    return pinned_version(wanted, name) or present or offer.newest(name) or 1


def _of_sink(wanted: Wanted, account: str, sink: FoundSink | None) -> Iterator[Change]:
    if sink is None:
        yield Change(account_sid=account, kind="no_sink", what=wanted.destination)
        return
    if sink.description != wanted.description:
        yield Change(
            account_sid=account,
            kind="sink_description",
            what=sink.sid,
            found=sink.description,
            wanted=wanted.description,
        )
    if sink.status != "active":
        yield Change(
            account_sid=account,
            kind="sink_not_active",
            what=sink.sid,
            found=sink.status,
            wanted="active",
        )


def _of_types(
    account: str, subscription: FoundSubscription | None, versions: dict[str, int]
) -> Iterator[Change]:
    if subscription is None:
        yield Change(
            account_sid=account, kind="no_subscription", what=f"{len(versions)} event types"
        )
        return
    present = subscription.versions
    for name in sorted(versions.keys() | present.keys()):
        has, wants = present.get(name), versions.get(name)
        kind: Kind = "type_version"
        if has is None or wants is None:
            kind = "type_missing" if has is None else "type_unwanted"
        if has != wants:
            yield Change(account_sid=account, kind=kind, what=name, found=has, wanted=wants)


def _of_verify(account: WantedAccount, found: Found) -> Iterator[Change]:
    for service in _services(account, found):
        if service not in found.verify:
            raise ConfigurationError(f"verify_services: {account.sid} has no service {service}")
        if not found.verify[service]:
            yield Change(
                account_sid=account.sid,
                kind="verify_events_off",
                what=service,
                found="off",
                wanted="on",
            )


def _services(account: WantedAccount, found: Found) -> list[str]:
    every = "*" in account.verify_services
    return sorted(found.verify) if every else list(account.verify_services)


def _notes(
    wanted: Wanted, account: WantedAccount, offer: Offer, found: Found, present: dict[str, int]
) -> Iterator[Note]:
    for sink in found.sinks:
        if sink.description == wanted.description and sink.destination != wanted.destination:
            yield Note(account.sid, "other_sink", sink.sid)
    for name in offer.unknown():
        if name not in present and offer.types[name].status == AVAILABLE:
            yield Note(account.sid, "new_type", name)
    for name in sorted(present):
        known = offer.types.get(name)
        if known is None or known.status != AVAILABLE:
            yield Note(
                account.sid, "outgoing_type", f"{name} ({known.status if known else 'gone'})"
            )
    behind = {
        (offer.types[name].schema_id, version, newest)
        for name, version in present.items()
        if (newest := offer.newest(name) or 0) > version
    }
    for schema, version, newest in sorted(behind):
        yield Note(account.sid, "newer_schema", f"{schema} {newest} (subscribed: {version})")


def _of_silence(account: WantedAccount, found: Found, types: Iterable[str]) -> Iterator[Note]:
    """Verify's events are wanted, but services that are not named keep them to themselves."""
    if not any(name.startswith(_VERIFY) for name in types):
        return
    named = _services(account, found)
    for service, tells in found.verify.items():
        if not tells and service not in named:
            yield Note(account.sid, "verify_silent", service)
