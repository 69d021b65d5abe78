"""Every metric of the product, declared once with its meaning and labels.

Labels are bounded sets: no SID, number or text from outside is ever a label.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

READY: Final = Gauge("twilio_ready", "1 while /readyz says that the part does its work, else 0.")

INGEST_REQUESTS: Final = Counter(
    "twilio_ingest_requests", "Webhook requests by answer and reason.", ["status", "reason"]
)
INGEST_EVENTS: Final = Counter(
    "twilio_ingest_events", "Events acknowledged to Twilio, by product.", ["product"]
)
INGEST_DEAD_LETTERS: Final = Counter(
    "twilio_ingest_dead_letters", "Elements of a webhook body that can't be events."
)
INGEST_RECORDS: Final = Counter(
    "twilio_ingest_records", "Kafka records acknowledged, by topic.", ["topic"]
)
INGEST_ACK_SECONDS: Final = Histogram(
    "twilio_ingest_ack_seconds", "From a full request to Kafka's acknowledgement of its events."
)
INGEST_PRODUCE_SECONDS: Final = Histogram(
    "twilio_ingest_produce_seconds", "From handing a record to the producer to Kafka's answer."
)
INGEST_RECORD_EVENTS: Final = Histogram(
    "twilio_ingest_record_events",
    "Events in a record as it is sent.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
INGEST_PRODUCED_EVENTS: Final = Counter(
    "twilio_ingest_produced_events", "Elements of records Kafka acknowledged, by topic.", ["topic"]
)
INGEST_SENT_EVENTS: Final = Counter(
    "twilio_ingest_sent_events",
    "Elements of records given to the Kafka producer, by topic.",
    ["topic"],
)
INGEST_SIGNATURE_FAILURES: Final = Counter(
    "twilio_ingest_signature_failures",
    "Requests that were not verified, by reason, whatever they were answered.",
    ["reason"],
)
INGEST_QUARANTINED: Final = Counter(
    "twilio_ingest_quarantined", "Unverified requests kept on the quarantine topic."
)
INGEST_UNACKED_BYTES: Final = Gauge(
    "twilio_ingest_unacked_bytes", "Bytes taken in that Kafka has not acknowledged yet."
)
INGEST_OPEN_REQUESTS: Final = Gauge(
    "twilio_ingest_open_requests", "Webhook requests taken in and not answered yet."
)
INGEST_BYTES: Final = Counter(
    "twilio_ingest_bytes", "Bytes of request bodies read, as they came over the wire."
)
INGEST_DOUBTFUL_SOURCES: Final = Gauge(
    "twilio_ingest_doubtful_sources",
    "Senders whose signatures used to be right and now fail in a row; they are answered 503.",
)
INGEST_TOKENS_STALE: Final = Gauge(
    "twilio_ingest_tokens_stale", "1 while the file of tokens can't be read; old ones stay in use."
)
INGEST_FOREIGN_ACCOUNTS: Final = Counter(
    "twilio_ingest_foreign_accounts",
    "Accepted requests that do not mention the account whose token signed them.",
)

INGEST_SPOOL_RECORDS: Final = Gauge(
    "twilio_ingest_spool_records", "Records in the spool that Kafka has not acknowledged yet."
)
INGEST_SPOOL_BYTES: Final = Gauge("twilio_ingest_spool_bytes", "Bytes the spool takes on disk.")
INGEST_SPOOL_MAX_BYTES: Final = Gauge(
    "twilio_ingest_spool_max_bytes", "Most bytes the spool may take on disk; 0 without a spool."
)
INGEST_SPOOL_OLDEST_SECONDS: Final = Gauge(
    "twilio_ingest_spool_oldest_seconds", "Age of the oldest file of the spool; 0 when empty."
)
INGEST_SPOOL_APPENDED: Final = Counter(
    "twilio_ingest_spool_appended_records", "Records made safe in the spool."
)
INGEST_SPOOL_DRAINED: Final = Counter(
    "twilio_ingest_spool_drained_records", "Records of the spool that Kafka has acknowledged."
)
INGEST_SPOOL_REFUSED: Final = Counter(
    "twilio_ingest_spool_refused_records",
    "Records the spool could not take, by reason; their requests were answered 503.",
    ["reason"],
)
INGEST_SPOOL_LOST: Final = Counter(
    "twilio_ingest_spool_lost_records", "Acknowledged records that a damaged spool no longer holds."
)
INGEST_SPOOL_DAMAGED: Final = Counter(
    "twilio_ingest_spool_damages",
    "Damaged places found: `hole` lost records, `tail` may be a write no request was told of.",
    ["kind"],
)
INGEST_SPOOL_SET_ASIDE: Final = Counter(
    "twilio_ingest_spool_set_aside_records", "Records Kafka will never take, kept as files."
)
INGEST_SPOOL_SYNC_SECONDS: Final = Histogram(
    "twilio_ingest_spool_sync_seconds", "One write to the spool, to the end of its fsync."
)

PROCESSOR_EVENTS: Final = Counter(
    "twilio_processor_events", "Events a processor folded.", ["processor"]
)
PROCESSOR_IGNORED: Final = Counter(
    "twilio_processor_ignored",
    "Events a processor saw and left alone, by reason.",
    ["processor", "reason"],
)
PROCESSOR_NOTED: Final = Counter(
    "twilio_processor_noted",
    "Events folded in that are odd: `duplicate`, `contradiction`, `future`.",
    ["processor", "what"],
)
PROCESSOR_UNUSED: Final = Counter(
    "twilio_processor_unused",
    "Events no window counts, by type; types not in Twilio's catalogue are `unlisted`.",
    ["processor", "type"],
)
PROCESSOR_CAPPED: Final = Counter(
    "twilio_processor_capped",
    "Changes counted in a coarser cell (`other`), for an account has too many in one window.",
    ["processor"],
)
PROCESSOR_OUTCOMES: Final = Counter(
    "twilio_processor_outcomes",
    "Outcomes announced: `failed`, `undelivered`, `silent`, `recovered`, `ended`.",
    ["processor", "product", "kind"],
)
PROCESSOR_REPLAYED: Final = Counter(
    "twilio_processor_replayed_records",
    "Records at or below the state's last offset, skipped by the fence.",
    ["processor"],
)
PROCESSOR_HOLES: Final = Counter(
    "twilio_processor_holes",
    "Offsets missing between two deliveries; each one restarts the worker.",
    ["processor"],
)
PROCESSOR_STARVED: Final = Counter(
    "twilio_processor_starved_partitions",
    "Source partitions of which nothing came though Kafka holds more; each restarts the worker.",
    ["processor"],
)
PROCESSOR_LOST: Final = Counter(
    "twilio_processor_lost_records",
    "Records Kafka deleted by retention before they were processed.",
    ["processor"],
)
PROCESSOR_POISONED: Final = Counter(
    "twilio_processor_poisoned_records",
    "Records whose fold raised; they go to the dead letters, many in a row stop the worker.",
    ["processor"],
)
PROCESSOR_LAG: Final = Gauge(
    "twilio_processor_lag_records",
    "Records of the partitions this worker owns that it has not folded yet.",
    ["processor"],
)
PROCESSOR_FRESHNESS_SECONDS: Final = Histogram(
    "twilio_processor_freshness_seconds",
    "Age of the newest record of a partition's flush, from the ingress, when it was committed.",
    ["processor"],
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
)
PROCESSOR_FLUSH_SECONDS: Final = Histogram(
    "twilio_processor_flush_seconds", "Writing state and items, to the commit.", ["processor"]
)
PROCESSOR_STATE_ENTRIES: Final = Gauge(
    "twilio_processor_state_entries", "Entries of live state (messages, cells).", ["processor"]
)
PROCESSOR_STATE_ROWS: Final = Gauge(
    "twilio_processor_state_rows", "Changelog rows a recovery would read.", ["processor"]
)
PROCESSOR_DEEDS: Final = Counter(
    "twilio_processor_deeds",
    "Deeds a processor has attempted, by how they ended; `withdrawn` ones were not begun.",
    ["processor", "end"],
)

FALLBACK_TOLD: Final = Counter(
    "twilio_fallback_told",
    "Transitions of fallback plans by state, action and reason.",
    ["state", "action", "reason"],
)
FALLBACK_DELAY_SECONDS: Final = Histogram(
    "twilio_fallback_delay_seconds",
    "From when the ingress had the news of a failure to the dispatch of a plan's first step.",
    buckets=(0.1, 0.25, 0.5, 1, 1.5, 2, 5, 10, 30, 60, 300),
)
FALLBACK_IGNORED: Final = Counter(
    "twilio_fallback_ignored", "Elements of its topics that a fallback worker could not read."
)
FALLBACK_POLICY_REFUSED: Final = Counter(
    "twilio_fallback_policy_refused", "Changed policy files that could not be used."
)
FALLBACK_PENDING: Final = Gauge("twilio_fallback_pending", "Plans that have not ended.")
FALLBACK_TIMERS: Final = Gauge(
    "twilio_fallback_timers", "Timers of plans, those of ended ones that are remembered too."
)
FALLBACK_DRY_RUN: Final = Gauge(
    "twilio_fallback_dry_run", "1 while plans are only shown, 0 when they are carried out."
)
FALLBACK_STOPPED: Final = Gauge(
    "twilio_fallback_stopped", "1 while `fallback stop` holds everything back."
)

ALERTS_TOLD: Final = Counter(
    "twilio_alerts_told",
    "Transitions of incidents by kind, state and severity; notices are a kind too.",
    ["kind", "state", "severity"],
)
ALERTS_DELAY_SECONDS: Final = Histogram(
    "twilio_alerts_delay_seconds",
    "From the estimated start of a change to its alert, in event time.",
    ["kind"],
    buckets=(60, 120, 180, 300, 600, 900, 1800, 3600, 7200),
)
ALERTS_JUDGED_UNTIL: Final = Gauge(
    "twilio_alerts_judged_until_seconds",
    "Time (epoch) before which all minutes are judged, by source.",
    ["source"],
)
ALERTS_SLICES: Final = Gauge(
    "twilio_alerts_slices", "Live slices that are watched, by source.", ["source"]
)
ALERTS_EVICTED: Final = Counter(
    "twilio_alerts_evicted_slices", "Finest slices that had to make room for others.", ["source"]
)
ALERTS_IGNORED: Final = Counter(
    "twilio_alerts_ignored_cells",
    "Upserts left alone: `repeated`, `old`, `ahead` of time, `unreadable`, `not_an_array`.",
    ["reason"],
)

NOTIFIER_DELIVERIES: Final = Counter(
    "twilio_notifier_deliveries",
    "Messages about alerts, by what became of them: `sent`, `failed`, `suppressed`.",
    ["channel", "state"],
)
NOTIFIER_RETRIES: Final = Counter(
    "twilio_notifier_retries", "Attempts that failed and are made again.", ["channel"]
)
NOTIFIER_PENDING: Final = Gauge(
    "twilio_notifier_pending", "Messages that are to be sent and are not yet.", ["channel"]
)
NOTIFIER_OLDEST_SECONDS: Final = Gauge(
    "twilio_notifier_oldest_pending_seconds",
    "Age of the oldest message to be sent that nothing holds back; 0 when there is none.",
)
NOTIFIER_CONFIG_STALE: Final = Gauge(
    "twilio_notifier_config_stale",
    "1 while the configuration file can't be used; the one read before stays in force.",
)

SINK_ROWS: Final = Counter("twilio_sink_rows", "Rows inserted, by table.", ["table"])
SINK_DEAD_LETTERS: Final = Counter(
    "twilio_sink_dead_letters", "Elements that could not be stored, by reason.", ["reason"]
)
SINK_INSERT_SECONDS: Final = Histogram(
    "twilio_sink_insert_seconds", "One insert into ClickHouse, by table.", ["table"]
)
SINK_RECOVERED_RANGES: Final = Counter(
    "twilio_sink_recovered_ranges",
    "Pending ranges found after a restart, by what ClickHouse already held.",
    ["held"],
)
SINK_RETRIES: Final = Counter("twilio_sink_retries", "Inserts tried again after an error.")
SINK_ERRORS: Final = Counter(
    "twilio_sink_errors",
    "Errors of ClickHouse the sink goes on after: passing, overloaded or refused_rows.",
    ["kind"],
)
SINK_ROWS_ALLOWED: Final = Gauge(
    "twilio_sink_rows_allowed", "Rows an insert may have now; fewer after memory ran out."
)
SINK_PAUSE_SECONDS: Final = Gauge(
    "twilio_sink_pause_seconds", "Pause before each insert; longer after too many parts."
)
SINK_BUFFERED_BYTES: Final = Gauge(
    "twilio_sink_buffered_bytes", "Bytes of records read and not stored yet."
)
SINK_LAG: Final = Gauge(
    "twilio_sink_lag_records",
    "Records of the partitions this sink owns that it has not read yet, by topic.",
    ["topic"],
)
SINK_FRESHNESS_SECONDS: Final = Histogram(
    "twilio_sink_freshness_seconds",
    "Age of a record, from the ingress or the processor, when its rows were stored, by table.",
    ["table"],
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
)
SINK_OLDEST_SECONDS: Final = Gauge(
    "twilio_sink_oldest_seconds", "How long the oldest batch waits to be stored; 0 without one."
)
SINK_LOST: Final = Counter(
    "twilio_sink_lost_records",
    "Records Kafka deleted before they were stored, by topic.",
    ["topic"],
)

CONSOLE_REQUESTS: Final = Counter(
    "twilio_console_requests", "Requests to the console by route and status.", ["route", "status"]
)
CONSOLE_QUERIES: Final = Counter(
    "twilio_console_queries", "Questions the console asked ClickHouse, by question.", ["question"]
)
CONSOLE_QUERY_SECONDS: Final = Histogram(
    "twilio_console_query_seconds", "One question to ClickHouse, by question.", ["question"]
)
CONSOLE_STREAMS: Final = Gauge("twilio_console_streams", "Pages that are told of news now.")
CONSOLE_LOGINS: Final = Counter(
    "twilio_console_logins", "Logins by end: `ok`, `refused` or `limited`.", ["end"]
)
CONSOLE_SESSIONS: Final = Gauge("twilio_console_sessions", "Sessions that have not ended.")

USAGE_ITEMS: Final = Counter(
    "twilio_usage_items", "Usage records and message prices told, by topic.", ["topic"]
)
USAGE_FAILURES: Final = Counter(
    "twilio_usage_failures", "Rounds of reading usage that failed and are made again."
)
USAGE_READ_AT: Final = Gauge(
    "twilio_usage_last_success_timestamp_seconds", "When usage was last read as a whole."
)
