// Where the definitions of kinds come from that the manifests have objects of. Nothing of it is built.
module eci-upgrade-guard.io/tests/definitions

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
