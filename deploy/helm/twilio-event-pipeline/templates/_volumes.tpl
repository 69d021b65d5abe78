{{- /*
One source of the projected secrets; {root, entry, optional}. An entry is the setting whose value
the file holds, or `file:setting` where the file has another name.
*/ -}}
{{- define "pipeline.secretSource" -}}
{{- $path := splitList ":" .entry | first -}}
{{- $secret := splitList ":" .entry | last -}}
{{- $ref := default dict (get .root.Values.secrets.refs $secret) -}}
{{- $name := default .root.Values.secrets.existingSecret $ref.name -}}
{{- if $name }}
- secret:
    name: {{ $name }}
    {{- if .optional }}
    optional: true
    {{- end }}
    items:
      - key: {{ default $secret $ref.key }}
        path: {{ $path }}
{{- else if not .optional -}}
{{- fail (printf "set secrets.existingSecret, or secrets.refs.%s: a part needs it" $secret) -}}
{{- end -}}
{{- end -}}

{{- define "pipeline.secretSources" -}}
{{- $root := .root -}}
{{- $sasl := $root.Values.kafka.sasl.mechanism -}}
{{- $required := default list .facts.secrets -}}
{{- if eq $sasl "OAUTHBEARER" -}}
{{- $required = append $required "twilio_pipeline_kafka_oauth_client_secret" -}}
{{- else if $sasl -}}
{{- $required = append $required "twilio_pipeline_kafka_password" -}}
{{- end -}}
{{- range $required -}}
{{- include "pipeline.secretSource" (dict "root" $root "entry" . "optional" false) -}}
{{- end -}}
{{- $optional := default list .facts.optional -}}
{{- if .facts.clickhouse -}}
{{- $password := "twilio_pipeline_clickhouse_password" -}}
{{- if .part.clickhouseUser -}}
{{- $password = printf "%s:twilio_pipeline_%s_clickhouse_password" $password .name -}}
{{- end -}}
{{- $optional = append $optional $password -}}
{{- end -}}
{{- if $root.Values.kafka.tls.clientSecret.name -}}
{{- $optional = append $optional "twilio_pipeline_kafka_ssl_key_password" -}}
{{- end -}}
{{- range $optional -}}
{{- include "pipeline.secretSource" (dict "root" $root "entry" . "optional" true) -}}
{{- end -}}
{{- $files := deepCopy (default dict .part.secretFiles) -}}
{{- if and (eq .name "console") .part.usersSecret.name -}}
{{- $_ := set $files "console-users" .part.usersSecret -}}
{{- end -}}
{{- range $path, $ref := $files }}
- secret:
    name: {{ $ref.name }}
    items:
      - key: {{ $ref.key }}
        path: {{ $path }}
{{- end -}}
{{- end -}}

{{- define "pipeline.volumes" -}}
{{- $values := .root.Values -}}
{{- $sources := include "pipeline.secretSources" . | trim -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- if $sources }}
- name: secrets
  projected:
    defaultMode: 0440
    sources: {{- $sources | nindent 6 }}
{{- end }}
{{- if or $values.kafka.tls.caSecret.name $values.kafka.tls.clientSecret.name }}
- name: kafka-tls
  projected:
    defaultMode: 0440
    sources:
      {{- with $values.kafka.tls.caSecret }}
      {{- if .name }}
      - secret: {name: {{ .name }}, items: [{key: {{ .key }}, path: ca.crt}]}
      {{- end }}
      {{- end }}
      {{- with $values.kafka.tls.clientSecret }}
      {{- if .name }}
      - secret: {name: {{ .name }}, items: [{key: {{ .certificateKey }}, path: tls.crt}, {key: {{ .keyKey }}, path: tls.key}]}
      {{- end }}
      {{- end }}
{{- end }}
{{- if and .facts.clickhouse $values.clickhouse.caSecret.name }}
- name: clickhouse-tls
  secret: {secretName: {{ $values.clickhouse.caSecret.name }}, defaultMode: 0440, items: [{key: {{ $values.clickhouse.caSecret.key }}, path: ca.crt}]}
{{- end }}
{{- if and .facts.configFile .part.config }}
- name: config
  configMap: {name: {{ include "pipeline.objectName" (dict "root" .root "part" .name) }}}
{{- end }}
{{- end -}}

{{- define "pipeline.mounts" -}}
{{- $values := .root.Values -}}
- {name: tmp, mountPath: /tmp}
{{- if include "pipeline.secretSources" . }}
- {name: secrets, mountPath: /run/secrets/twilio-pipeline, readOnly: true}
{{- end }}
{{- if or $values.kafka.tls.caSecret.name $values.kafka.tls.clientSecret.name }}
- {name: kafka-tls, mountPath: /run/secrets/kafka-tls, readOnly: true}
{{- end }}
{{- if and .facts.clickhouse $values.clickhouse.caSecret.name }}
- {name: clickhouse-tls, mountPath: /run/secrets/clickhouse-tls, readOnly: true}
{{- end }}
{{- if and .facts.configFile .part.config }}
- {name: config, mountPath: /etc/twilio-pipeline, readOnly: true}
{{- end }}
{{- if and (eq .name "ingest") .part.spool.enabled }}
- {name: spool, mountPath: /var/lib/twilio-pipeline/spool}
{{- end }}
{{- end -}}
