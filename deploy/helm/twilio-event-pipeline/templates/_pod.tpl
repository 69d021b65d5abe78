{{- /* What the pods of parts and jobs have in common; {root, name, facts, part}. */ -}}
{{- define "pipeline.podBasics" -}}
{{- $values := .root.Values -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- $values.podSecurityContext | toYaml | nindent 2 }}
{{- with $values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "priorityClassName" }}
{{- with get (mergeOverwrite (deepCopy $values.defaults) $.part) $key }}
{{ $key }}: {{- if kindIs "string" . }} {{ . }}{{- else }}{{- toYaml . | nindent 2 }}{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "pipeline.container" -}}
{{- $values := .root.Values -}}
name: {{ .name }}
image: {{ include "pipeline.image" .root }}
imagePullPolicy: {{ $values.image.pullPolicy }}
command: [twilio-pipeline]
args: {{ toJson .facts.command }}
securityContext: {{- $values.securityContext | toYaml | nindent 2 }}
resources: {{- .part.resources | toYaml | nindent 2 }}
env:
  {{- range $variable, $value := include "pipeline.environment" . | fromYaml }}
  - name: {{ $variable }}
    value: {{ include "pipeline.text" $value | quote }}
  {{- end }}
  {{- if eq .name "sink" }}
  - name: TWILIO_PIPELINE_SINK_INSTANCE_ID
    valueFrom: {fieldRef: {fieldPath: metadata.name}}
  {{- end }}
  {{- with default $values.defaults.extraEnv .part.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumeMounts:
  {{- include "pipeline.mounts" . | nindent 2 }}
  {{- with default $values.defaults.extraVolumeMounts .part.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- /* State is restored behind /readyz; /healthz answers from the start, or the start has failed. */ -}}
{{- define "pipeline.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: monitoring}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: monitoring}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: monitoring}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{- /* A value as text: YAML's numbers are floats here, and 1e9 of them would be `1e+09`. */ -}}
{{- define "pipeline.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ printf "%.0f" . }}{{- else -}}{{ toString . }}{{- end -}}
{{- end -}}
