{{/* All objects are called by this: the release, which stands for one guard and one policy. */}}
{{- define "guard.name" -}}
{{- $name := ternary .Release.Name (printf "%s-eci-upgrade-guard" .Release.Name) (contains "eci-upgrade-guard" .Release.Name) }}
{{- $name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "guard.selector" -}}
app.kubernetes.io/name: eci-upgrade-guard
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "guard.labels" -}}
{{ include "guard.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "guard.metadata" -}}
name: {{ include "guard.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "guard.labels" . | nindent 2 }}
{{- end }}

{{/* Of an object that is in no namespace. */}}
{{- define "guard.clusterMetadata" -}}
name: {{ include "guard.name" . }}
labels:
  {{- include "guard.labels" . | nindent 2 }}
{{- end }}

{{- define "guard.subjects" -}}
- kind: ServiceAccount
  name: {{ include "guard.name" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* "true" or "false". */}}
{{- define "guard.matchConditions" -}}
{{- if kindIs "bool" .Values.matchConditions }}{{ .Values.matchConditions }}{{ else }}{{ semverCompare ">=1.28.0-0" .Capabilities.KubeVersion.Version }}{{ end -}}
{{- end }}
