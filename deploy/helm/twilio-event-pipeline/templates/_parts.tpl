{{- /*
What each part is, which is not for users to choose: its command, the prefix of its settings, the
port of its probes and metrics, the one it serves others on (http), whether it speaks to ClickHouse
or to the world, which secrets it is given (and which if they exist), and whether there is one only.
*/ -}}
{{- define "pipeline.parts" -}}
ingest:
  command: [ingest]
  prefix: INGEST
  port: 8080
  http: 8080
  path: /twilio/events
  pathType: Exact
  secrets: ["auth-tokens:twilio_pipeline_ingest_auth_tokens"]
lifecycle:
  command: [lifecycle]
  prefix: LIFECYCLE
  port: 9101
alerts:
  command: [alerts, run]
  prefix: ALERTS
  port: 9103
  single: true
  configFile: alerts.toml
  configSetting: CONFIG
  configReadOnce: true
notifier:
  command: [alerts, notify]
  prefix: NOTIFIER
  port: 9104
  single: true
  world: true
  configFile: notifier.toml
  configSetting: CONFIG
fallback:
  command: [fallback, run]
  prefix: FALLBACK
  port: 9105
  single: true
  world: true
  configFile: policy.toml
  configSetting: POLICY
  optional:
    - twilio_pipeline_fallback_secret
    - twilio_pipeline_fallback_smtp_password
    - twilio_pipeline_fallback_sendgrid_key
    - twilio_pipeline_twilio_password
    - twilio_pipeline_twilio_accounts
sink:
  command: [sink]
  prefix: SINK
  port: 9102
  clickhouse: true
  secrets: [twilio_pipeline_privacy_hash_key]
  optional: [twilio_pipeline_privacy_former_hash_keys]
console:
  command: [console]
  prefix: CONSOLE
  port: 9106
  http: 8088
  path: /
  pathType: Prefix
  clickhouse: true
  single: true
  optional: [twilio_pipeline_privacy_hash_key, twilio_pipeline_privacy_former_hash_keys]
usage:
  command: [usage, --every, {{ .Values.parts.usage.every }}{{ if .Values.parts.usage.messagePrices }}, --message-prices{{ end }}]
  prefix: USAGE
  port: 9107
  single: true
  world: true
  secrets: [twilio_pipeline_twilio_password]
  optional: [twilio_pipeline_twilio_accounts]
{{- end -}}
