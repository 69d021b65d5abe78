{{- /* Environment of a part or job, as a YAML map; {root, name, facts, part}. */ -}}
{{- define "pipeline.environment" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $own := dict
  "HOME" "/tmp"
  "TWILIO_PIPELINE_SECRETS_DIR" "/run/secrets/twilio-pipeline"
  "TWILIO_PIPELINE_KAFKA_BOOTSTRAP_SERVERS" $kafka.bootstrapServers
  "TWILIO_PIPELINE_KAFKA_PARTITIONS" ($kafka.partitions | int)
  "TWILIO_PIPELINE_KAFKA_REPLICATION_FACTOR" ($kafka.replicationFactor | int)
  "TWILIO_PIPELINE_KAFKA_RAW_RETENTION_HOURS" ($kafka.rawRetentionHours | int)
  "TWILIO_PIPELINE_KAFKA_SECURITY_PROTOCOL" $kafka.securityProtocol
-}}
{{- with $kafka.minInsyncReplicas -}}
{{- $_ := set $own "TWILIO_PIPELINE_KAFKA_MIN_INSYNC_REPLICAS" (int .) -}}
{{- end -}}
{{- range $setting, $value := dict
  "SASL_MECHANISM" $kafka.sasl.mechanism
  "USERNAME" $kafka.sasl.username
  "OAUTH_TOKEN_URL" $kafka.sasl.oauthTokenUrl
  "OAUTH_CLIENT_ID" $kafka.sasl.oauthClientId
  "OAUTH_SCOPE" $kafka.sasl.oauthScope
-}}
{{- if $value -}}{{- $_ := set $own (printf "TWILIO_PIPELINE_KAFKA_%s" $setting) $value -}}{{- end -}}
{{- end -}}
{{- if $kafka.tls.caSecret.name -}}
{{- $_ := set $own "TWILIO_PIPELINE_KAFKA_SSL_CA_FILE" "/run/secrets/kafka-tls/ca.crt" -}}
{{- end -}}
{{- if $kafka.tls.clientSecret.name -}}
{{- $_ := set $own "TWILIO_PIPELINE_KAFKA_SSL_CERTIFICATE_FILE" "/run/secrets/kafka-tls/tls.crt" -}}
{{- $_ := set $own "TWILIO_PIPELINE_KAFKA_SSL_KEY_FILE" "/run/secrets/kafka-tls/tls.key" -}}
{{- end -}}
{{- if .facts.clickhouse -}}
{{- $own = merge $own (include "pipeline.clickhouseEnvironment" . | fromYaml) -}}
{{- end -}}
{{- if .facts.port -}}
{{- $own = merge $own (include "pipeline.listening" . | fromYaml) -}}
{{- end -}}
{{- if has .name (list "ingest" "doctor") -}}
{{- $own = merge $own (include "pipeline.ingestEnvironment" . | fromYaml) -}}
{{- end -}}
{{- if eq .name "console" -}}
{{- $own = merge $own (include "pipeline.consoleEnvironment" . | fromYaml) -}}
{{- end -}}
{{- if and .facts.configFile .part.config -}}
{{- $setting := printf "TWILIO_PIPELINE_%s_%s" .facts.prefix .facts.configSetting -}}
{{- $_ := set $own $setting (printf "/etc/twilio-pipeline/%s" .facts.configFile) -}}
{{- end -}}
{{- /* what users say goes first */ -}}
{{- mustMergeOverwrite $own (deepCopy .root.Values.settings) (deepCopy (default dict .part.settings)) | toYaml -}}
{{- end -}}

{{- define "pipeline.clickhouseEnvironment" -}}
TWILIO_PIPELINE_CLICKHOUSE_URL: {{ .root.Values.clickhouse.url | quote }}
TWILIO_PIPELINE_CLICKHOUSE_USER: {{ default .root.Values.clickhouse.user .part.clickhouseUser | quote }}
TWILIO_PIPELINE_CLICKHOUSE_DATABASE: {{ .root.Values.clickhouse.database | quote }}
TWILIO_PIPELINE_CLICKHOUSE_MODE: {{ .root.Values.clickhouse.mode | quote }}
{{- if .root.Values.clickhouse.caSecret.name }}
TWILIO_PIPELINE_CLICKHOUSE_CA_FILE: /run/secrets/clickhouse-tls/ca.crt
{{- end }}
{{- end -}}

{{- /* Where a part answers probes, and the webhook requests. */ -}}
{{- define "pipeline.listening" -}}
{{- $prefix := printf "TWILIO_PIPELINE_%s" .facts.prefix -}}
{{- if .facts.http -}}
{{ $prefix }}_HOST: "0.0.0.0"
{{ $prefix }}_PORT: {{ .facts.http }}
{{ end -}}
{{ $prefix }}_METRICS_HOST: "0.0.0.0"
{{ $prefix }}_METRICS_PORT: {{ eq .name "ingest" | ternary 9110 .facts.port }}
{{- end -}}

{{- define "pipeline.ingestEnvironment" -}}
{{- $part := .part -}}
TWILIO_PIPELINE_INGEST_PUBLIC_URL: {{ $part.publicUrl | quote }}
TWILIO_PIPELINE_INGEST_WORKERS: {{ $part.workers | int }}
TWILIO_PIPELINE_INGEST_TRUSTED_PROXIES: {{ $part.trustedProxies | quote }}
TWILIO_PIPELINE_INGEST_STOP_DELAY_S: {{ $part.stopDelaySeconds }}
TWILIO_PIPELINE_INGEST_AUTH_TOKENS_FILE: /run/secrets/twilio-pipeline/auth-tokens
{{- if $part.spool.enabled }}
TWILIO_PIPELINE_SPOOL_DIRECTORY: /var/lib/twilio-pipeline/spool
TWILIO_PIPELINE_SPOOL_MAX_BYTES: {{ include "pipeline.spoolBytes" . }}
{{- end }}
{{- end -}}

{{- define "pipeline.consoleEnvironment" -}}
{{- $root := .root -}}
{{- $parts := dict -}}
{{- range $name, $facts := include "pipeline.parts" $root | fromYaml -}}
{{- $part := get $root.Values.parts $name -}}
{{- if $part.enabled -}}
{{- $object := include "pipeline.objectName" (dict "root" $root "part" $name) -}}
{{- $port := include "pipeline.monitoringPort" (dict "name" $name "facts" $facts "part" $part) -}}
{{- $_ := set $parts $name (printf "http://%s-pods:%s" $object $port) -}}
{{- end -}}
{{- end -}}
TWILIO_PIPELINE_CONSOLE_PARTS: {{ $parts | toJson | quote }}
TWILIO_PIPELINE_CONSOLE_TRUSTED_PROXIES: {{ .part.trustedProxies | quote }}
{{- if .part.usersSecret.name }}
TWILIO_PIPELINE_CONSOLE_USERS_FILE: /run/secrets/twilio-pipeline/console-users
{{- end }}
{{- end -}}

{{- /* What one worker's spool may hold: 90 % of the volume, shared by the workers. */ -}}
{{- define "pipeline.spoolBytes" -}}
{{- $unit := dict "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $size := .part.spool.size -}}
{{- $bytes := mul (regexFind "^[0-9]+" $size | int64) (get $unit (regexFind "[MGT]i$" $size) | int64) -}}
{{- div (mul $bytes 9) (mul 10 (.part.workers | int64)) -}}
{{- end -}}

{{- /* The port that answers probes: several workers of an ingress share one of their own. */ -}}
{{- define "pipeline.monitoringPort" -}}
{{- if and (eq .name "ingest") (gt (int .part.workers) 1) -}}9110{{- else -}}{{ .facts.port }}{{- end -}}
{{- end -}}
