plan_id AS id,
    if(verification_sid = '', subject_sid, verification_sid) AS subject,
    product, country, account_sid AS account, service_sid AS service, first_channel, cause,
    error_code, error_class, policy, dry_run, state, reason, result,
    toUnixTimestamp(heard_at) AS started_at,
    toUnixTimestamp64Milli(heard_at) AS heard_ms,
    toUnixTimestamp(fallbacks.finished_at) AS finished_at,
    arrayZip(step_actions, step_channels, step_states, step_reasons) AS steps,
    latency_ms AS first_dispatch_ms, price
