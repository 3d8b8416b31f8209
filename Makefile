# 一窗 Yichuang. `make` alone prints what there is.
GO      ?= go
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo dev)
# Functions begin at every 16th byte instead of every 32nd: half a megabyte of padding less.
LDFLAGS := -s -w -funcalign=16 -X yichuang/internal/app.Version=$(VERSION)
# Code that waits for people, the network or files is compiled without inlining, which makes the program eight megabytes
# smaller (ADR 0066); HOT is what every call passes through. The last pattern that names a package counts.
COLD    := yichuang/internal/... github.com/xuri/... github.com/danielgtaylor/... github.com/alecthomas/... github.com/klippa-app/... go.yaml.in/... \
           github.com/tetratelabs/... github.com/pressly/... golang.org/x/text/... golang.org/x/net/... github.com/expr-lang/... github.com/coder/... \
           github.com/andybalholm/... github.com/klauspost/compress/zstd github.com/emmansun/gmsm/internal/sm4 crypto/tls crypto/x509 encoding/xml html/template text/template/...
HOT     := actor audit calendar clock cluster crypt document/... errs finance/check finance/disclosed finance/fiscal finance/reader \
           finance/statement hall hallmetric hotline hotline/figure id jobs learn metric money once org rest store text web
GCFLAGS := $(foreach p,$(COLD),-gcflags '$(p)=-l') $(foreach p,$(HOT),-gcflags 'yichuang/internal/$(p)=')
ASSETS  := internal/web/assets/dist/manifest.json
PRINT   := internal/document/pdf/assets/dist/OFL.txt

.PHONY: help run build test check assets generate bench power clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## build everything and start the demo centre at http://127.0.0.1:8080
	./bin/yichuang serve --demo

build: assets ## leave the binary at bin/yichuang
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' $(GCFLAGS) -o bin/yichuang ./cmd/yichuang

test: assets ## every test; says what it skipped where PostgreSQL or Chromium is missing
	$(GO) vet ./...
	$(GO) run ./internal/runtest -vet=off -timeout 540s ./...

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

BENCH_CASES ?= 1000000

bench: build ## the benchmarks of docs/performance.md: 15 minutes and 14 GB; BENCH_CASES=20000 is small
	./bin/yichuang bench lifecycle --db sqlite --preload 0 --clients 32 --seconds 10 --json
	./bin/yichuang bench hall --db sqlite --counters 60 --seconds 5 --json
	./bin/yichuang bench hall --db postgres --counters 60 --seconds 5 --json
	./bin/yichuang bench cases --db sqlite --preload $(BENCH_CASES) --json
	./bin/yichuang bench cases --db postgres --preload $(BENCH_CASES) --json
	$(GO) test ./internal/supervision -run "^$$$$" -bench RunOver100000Clocks -benchtime 1x

power: build ## cuts the power under the program again and again (needs root and /dev/fuse)
	$(GO) run ./internal/bench/powercut --cuts 20 --db sqlite
	$(GO) run ./internal/bench/powercut --cuts 20 --db postgres

clean: ## remove what was built; the data folder stays
	rm -rf bin web/node_modules
