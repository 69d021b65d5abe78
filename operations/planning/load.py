"""What a plan is asked for: traffic, and what is assumed where nobody measured."""

import msgspec


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """The traffic to plan for, and how it is kept."""

    events_per_second: float
    #: Capacity over the rate: for peaks, for a lost worker, for catching up.
    headroom: float = 2.0
    #: Twilio's documentation says that an array holds one event.
    events_per_post: float = 1.0
    events_per_message: float = 3.0
    event_bytes: int = 700
    #: Share of messages that fail or stay silent: each may get a fallback.
    failing: float = 0.05
    #: Accounts by services, countries, carriers and channels that are active in a minute.
    slices: int = 500
    state_horizon_s: int = 21_600
    raw_retention_hours: int = 168
    events_days: int = 400
    payload_days: int = 30
    replication_factor: int = 3
    clickhouse_replicas: int = 2

    @property
    def messages_per_second(self) -> float:
        """How many messages the events tell of."""
        return self.events_per_second / self.events_per_message


class Hardware(msgspec.Struct, frozen=True, kw_only=True):
    """What one machine is taken to be able to; none of it was measured here."""

    worker_gib: float = 16.0
    broker_cores: int = 4
    broker_gib: float = 16.0
    #: Writes of a broker, those for other brokers' copies included.
    broker_mb_per_second: float = 100.0
    broker_disk_gib: float = 8_192.0
    clickhouse_cores: int = 64
    clickhouse_disk_gib: float = 65_536.0
    clickhouse_gib_per_core: float = 4.0
    #: What merging parts costs beside inserting them.
    merge_factor: float = 2.0
    #: Of a disk, so that it does not run full.
    fill: float = 0.7


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """Money, in any currency."""

    core_hour: float = 0.04
    gib_hour: float = 0.005
    gib_month: float = 0.10
