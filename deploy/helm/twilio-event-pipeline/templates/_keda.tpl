{{- /* KEDA takes users and token addresses from secrets alone, also where they are none. */ -}}
{{- define "pipeline.kedaAuthentication" -}}
{{- $kafka := .Values.kafka -}}
{{- $oauth := eq $kafka.sasl.mechanism "OAUTHBEARER" -}}
{{- $name := printf "%s-kafka" (include "pipeline.fullname" .) -}}
{{- $variable := $oauth | ternary "twilio_pipeline_kafka_oauth_client_secret" "twilio_pipeline_kafka_password" -}}
{{- $ref := default dict (get .Values.secrets.refs $variable) }}
{{- if $kafka.sasl.mechanism }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ $name }}
  labels: {{- include "pipeline.labels" (dict "root" . "part" "scaling") | nindent 4 }}
stringData:
  username: {{ $oauth | ternary $kafka.sasl.oauthClientId $kafka.sasl.username | quote }}
  {{- if $oauth }}
  oauthTokenEndpointUri: {{ $kafka.sasl.oauthTokenUrl | quote }}
  scopes: {{ $kafka.sasl.oauthScope | quote }}
  {{- end }}
{{- end }}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: {{ $name }}
  labels: {{- include "pipeline.labels" (dict "root" . "part" "scaling") | nindent 4 }}
spec:
  secretTargetRef:
    {{- if $kafka.sasl.mechanism }}
    - {parameter: username, name: {{ $name }}, key: username}
    - {parameter: password, name: {{ default .Values.secrets.existingSecret $ref.name }}, key: {{ default $variable $ref.key }}}
    {{- if $oauth }}
    - {parameter: oauthTokenEndpointUri, name: {{ $name }}, key: oauthTokenEndpointUri}
    - {parameter: scopes, name: {{ $name }}, key: scopes}
    {{- end }}
    {{- end }}
    {{- with $kafka.tls.caSecret }}
    {{- if .name }}
    - {parameter: ca, name: {{ .name }}, key: {{ .key }}}
    {{- end }}
    {{- end }}
    {{- with $kafka.tls.clientSecret }}
    {{- if .name }}
    - {parameter: cert, name: {{ .name }}, key: {{ .certificateKey }}}
    - {parameter: key, name: {{ .name }}, key: {{ .keyKey }}}
    {{- end }}
    {{- end }}
{{- end -}}
