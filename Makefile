# 一窗 Yichuang. `make` alone prints what there is.
GO      ?= go
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X yichuang/internal/app.Version=$(VERSION)
# Packages of pages are compiled without inlining: they wait for the network, and are six megabytes smaller (ADR 0066).
GCFLAGS := yichuang/internal/...http=-l
ASSETS  := internal/web/assets/dist/manifest.json
PRINT   := internal/document/pdf/assets/dist/OFL.txt

.PHONY: help run build test check assets generate bench clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build everything and start the demo centre at http://127.0.0.1:8080
	./bin/yichuang serve --demo

build: assets ## leave the binary at bin/yichuang
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -gcflags '$(GCFLAGS)' -o bin/yichuang ./cmd/yichuang

test: assets ## every test; says what it skipped where PostgreSQL or Chromium is missing
	$(GO) vet ./...
	$(GO) test -timeout 540s ./...

assets: $(ASSETS) $(PRINT) ## styles, scripts and fonts, from npm

$(ASSETS): web/package-lock.json $(shell find web/src internal/web/assets/build -type f 2>/dev/null)
	cd web && npm ci --no-audit --no-fund --loglevel=error
	$(GO) run ./internal/web/assets/build
	@touch $@

$(PRINT): web/package-lock.json go.mod $(wildcard internal/document/pdf/assets/*.go internal/document/pdf/assets/build/*.go internal/document/pdf/font/*.go) | $(ASSETS)
	test -d web/node_modules/@expo-google-fonts || (cd web && npm ci --no-audit --no-fund --loglevel=error)
	$(GO) run ./internal/document/pdf/assets/build -part files
	$(GO) run ./internal/document/pdf/assets/build -part code
	@touch $@

generate: ## page templates → Go
	$(GO) tool templ generate -path internal

check: generate ## what CI checks besides the tests: generated files, formatting
	git diff --exit-code -- '*_templ.go'
	test -z "$$(gofmt -l cmd internal)"

bench: build ## the benchmarks of docs/performance.md, small
	./bin/yichuang bench lifecycle --db sqlite --preload 0 --clients 32 --seconds 10 --json
	./bin/yichuang bench cases --db sqlite --preload 20000 --runs 50 --json
	./bin/yichuang bench cases --db postgres --preload 20000 --runs 50 --json
	$(GO) test ./internal/supervision -run "^$$$$" -bench RunOver100000Clocks -benchtime 1x

clean: ## remove what was built; the data folder stays
	rm -rf bin web/node_modules
