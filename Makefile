# `make help` lists what there is. Everything stands on `make setup`, which makes .venv and keeps it up to date.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
EXAMPLES := manifests/examples
export KUBERNETES
PORT ?= 8443
HEALTH_PORT ?= 8080

.DEFAULT_GOAL := help

##@ Use
.PHONY: setup run cluster cluster-down
setup: .venv/.program ## make .venv with the program in it (.venv/bin/eci-upgrade-guard)

run: setup ## start the guard over an example cluster, until Ctrl-C (PORT=8443 HEALTH_PORT=8080)
	@sed 's/:PORT/:$(PORT)/g' $(EXAMPLES)/try-next.txt
	@exec $(BIN)/eci-upgrade-guard serve --policy $(EXAMPLES)/policy.yaml --inventory $(EXAMPLES)/pods.json \
		--port $(PORT) --health-port $(HEALTH_PORT)

cluster: .venv/.tools ## start a real control plane with virtual nodes on loopback (KUBERNETES=1.24 or 1.37; needs Go)
	@$(BIN)/python -m tests.cluster up --kubernetes $(or $(KUBERNETES),1.24)

cluster-down: .venv/.tools ## end it
	@$(BIN)/python -m tests.cluster down --kubernetes $(or $(KUBERNETES),1.24)

##@ Develop
.PHONY: test quick test-long mutants check format bench bench-inventory bench-admission bench-rollout bench-attack lock manifests schema image clean
test: .venv/.tools check ## run all tests, and before them everything that reads the code
	@$(BIN)/python -m tests.cluster build --if-possible
	@$(CHROMIUM)
	@$(PODMAN)
	$(BIN)/pytest

quick: .venv/.tools ## run the tests that are over within a minute
	$(BIN)/pytest -q $(addprefix --ignore ,$(SLOW))

# A control plane, a browser, an image, bad days and waiting at their real pace, years minute by minute or replica by replica.
SLOW := tests/cluster tests/weather tests/image tests/readiness/html/test_in_chromium.py tests/server/test_lifecycle.py \
	tests/server/test_draining.py tests/server/test_ending.py tests/server/test_many_connections.py tests/cli/test_gate.py \
	tests/cli/test_several_clusters.py tests/cli/test_watch.py tests/cli/test_require_window.py \
	tests/recreation/test_any_weather.py tests/recreation/test_killed_anywhere.py \
	tests/policy/windows/test_windows_by_brute_force.py tests/fake_api tests/certs/bad_weather \
	tests/certs/test_random_walks.py tests/certs/test_ten_years.py

# A browser for the page's tests, where it may be installed; without one they say so and are left out.
CHROMIUM = command -v chromium >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null || \
	{ echo "installing chromium" >&2; { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1; } || true

# A container engine for the image's tests, and what makes its base out of Debian's packages; as the browser.
PODMAN = { command -v podman && command -v runc && command -v mmdebstrap; } >/dev/null || test "$$(id -u)" != 0 || ! command -v apt-get >/dev/null || \
	{ echo "installing podman" >&2; { apt-get update -qq && \
	apt-get install -y -qq --no-install-recommends podman runc mmdebstrap; } >/dev/null 2>&1; } || true

test-long: .venv/.tools ## run what takes many minutes: outages at their real length
	@$(BIN)/python -m tests.cluster build
	$(BIN)/pytest -m long -s
	@$(MAKE) --no-print-directory mutants

mutants: .venv/.tools ## change the program at thousands of places, one at a time, and see that a test notices
	@rm -rf mutants
	@PATH="$(CURDIR)/$(BIN):$$PATH" mutmut run
	@$(BIN)/python -m tests.mutation

check: .venv/.tools ## lint, format, types, layers, Dockerfile
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	@$(BIN)/lint-imports > .venv/layers.txt || { cat .venv/layers.txt; exit 1; }

format: .venv/.tools ## mend what a tool can mend
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

bench: .venv/.tools ## measure /validate and report (needs wrk and jq)
	$(BIN)/python -m tests.benchmarks

bench-inventory: .venv/.tools ## measure how a cluster's pods are known, by watch and by report (needs Go and jq)
	$(BIN)/python -m tests.benchmarks inventory

bench-admission: .venv/.tools ## measure creates through a real API server, beside a Go webhook (needs Go)
	$(BIN)/python -m tests.benchmarks admission

bench-rollout: .venv/.tools ## measure how soon a replica is ready, and what its end loses (needs Go)
	$(BIN)/python -m tests.benchmarks starting
	$(BIN)/python -m tests.benchmarks closing

bench-attack: .venv/.tools ## measure /validate while others open thousands of connections, or send what they should not
	$(BIN)/python -m tests.benchmarks attack

schema: .venv/.tools ## write the JSON Schemas of the policy, of the report, of a plan and of the chart anew
	$(BIN)/python -m webhook.policy.document.json_schema > manifests/policy.schema.json
	$(BIN)/python -m webhook.readiness.json_schema > manifests/report.schema.json
	$(BIN)/python -m webhook.recreation.json_schema > manifests/recreation-plan.schema.json
	$(BIN)/python -m tests.manifests.chart_schema

# A chart reads nothing outside of itself, and links are lost on the way to some who install it.
CHART_FILES = manifests/chart/files
EXPORT = $(BIN)/eci-upgrade-guard export webhook-configuration --policy manifests/base/policy.yaml
manifests: setup ## write the webhook configurations anew from manifests/base/policy.yaml, and the chart's copies
	$(EXPORT) > manifests/base/webhook-configuration.yaml
	$(EXPORT) --kubernetes 1.28 > manifests/components/match-conditions/webhook-configuration.yaml
	cp manifests/base/webhook-configuration.yaml manifests/monitoring/prometheus-rule.yaml \
		manifests/monitoring/grafana-dashboard.json $(CHART_FILES)
	cp manifests/components/match-conditions/webhook-configuration.yaml $(CHART_FILES)/webhook-configuration-1.28.yaml

COMPILE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
lock: .venv/.tools ## lock the newest versions that pyproject.toml admits
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --group build --output-file requirements/build.txt --constraints requirements/runtime.txt
	$(COMPILE) --group image --output-file requirements/image.txt --constraints requirements/build.txt
	$(COMPILE) pyproject.toml --group build --group dev --output-file requirements/dev.txt \
		--constraints requirements/build.txt --constraints requirements/image.txt

IMAGE = eci-upgrade-guard:latest
BUILD = docker build
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' webhook/__init__.py)
REVISION = $(shell git describe --always --abbrev=40 --dirty --exclude='*' 2>/dev/null)
SOURCE =
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)
# What is not known is not told: the Dockerfile says then that it is unknown.
TOLD = $(foreach name,VERSION REVISION SOURCE SOURCE_DATE_EPOCH,$(if $($(name)),--build-arg $(name)=$($(name))))
image: ## build the image (IMAGE=name:tag; BUILD="podman build", or "docker buildx build --platform=..."; SOURCE=url)
	$(BUILD) --tag $(IMAGE) $(TOLD) .

clean: ## remove what was made
	rm -rf .venv .hypothesis .mypy_cache .ruff_cache .import_linter_cache mutants

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {print "\n" substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A stamp is written last: a step that was broken off is done again.
.venv/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear .venv || { echo "$(PYTHON) has no venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.program: .venv/.python requirements/build.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.tools: .venv/.program requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
