# impact: "make" lists what can be made. Only Go is needed; what more a target
# needs, its script in .ci/ installs.

GO        ?= go
BIN       ?= bin/impact
FUZZTIME  ?= 10s
BENCH     ?= .
TESTFLAGS ?=
ROWS      ?= 1000000
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

# Through the module proxy, at a pinned version, outside of our go.mod.
GOLANGCI_LINT = $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help
.PHONY: help build test lint layers race duckdb e2e bench bench-sync faults fuzz cross cover conformance drift clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/impact
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN) ./cmd/impact

test: ## Run all tests (TESTFLAGS=-v)
	@.ci/setup-mariadb
	$(GO) test -timeout 30m $(TESTFLAGS) ./...

lint: ## Format check, go vet and golangci-lint
	@files=$$(gofmt -l */); test -z "$$files" || { printf 'run gofmt -w on:\n%s\n' "$$files" >&2; exit 1; }
	$(GO) vet ./...
	$(GOLANGCI_LINT) run

layers: ## Check that imports go down only
	$(GO) test -count=1 -run TestThisRepositoryKeepsItsRules ./internal/layers

race: ## Run the tests of packages with goroutines under the race detector
	.ci/race

duckdb: ## Test the source of DuckDB files, which needs cgo
	.ci/duckdb

e2e: ## Build, load, change and break the example with real dbt and MariaDB
	.ci/e2e

bench: ## Run the benchmarks (BENCH=regexp)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

bench-sync: ## Measure loads against what is done by hand (ROWS=n)
	@.ci/setup-mariadb
	@$(GO) build -o bin/bench-sync ./internal/loadbench/cmd/bench-sync
	@bin/bench-sync --rows $(ROWS)

faults: ## Show what comes of every fault that loads survive
	@.ci/setup-mariadb
	@$(GO) run ./internal/faults/cmd/faults

fuzz: ## Run each fuzz target for FUZZTIME
	.ci/fuzz $(FUZZTIME)

cross: ## Build for every platform, without cgo
	.ci/cross $(PLATFORMS)

cover: ## Report test coverage by function
	$(GO) test -coverprofile=cover.prof ./...
	$(GO) tool cover -func=cover.prof | tail -n 1

conformance: ## Compare the SQL engine with the GoogleSQL analyzer and with DuckDB
	cd lineage/conformance && $(GO) run ./cmd/conformance && $(GO) run ./cmd/conformance random -n 1000 -breaks 50 -shrink 0 -most 1 && $(GO) test -timeout 60m ./...
	lineage/conformance/duckdb/run

drift: ## Check that go.mod and generated files are up to date
	.ci/drift

clean: ## Remove what was built
	rm -rf bin dist-build cover.prof
