# Fixlevel: the two commands are `make serve` and `make test`; `make help` lists the rest.

SHELL := /bin/bash
HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= ./data
# Debian packages: SQLite, curl, snappy, OpenSSL and zlib for the program, pkg-config to find them, git for SwiftPM.
PACKAGES := libcurl4-openssl-dev libsqlite3-dev libsnappy-dev libssl-dev zlib1g-dev pkg-config git ca-certificates

# With Swift's libraries in the program: it starts sooner and in less memory, and goes where no Swift is.
RELEASE := swift build -c release --static-swift-stdlib

SWIFT_SOURCES := Package.swift Sources Tests Fuzz/Package.swift Fuzz/Targets
BENCH_PACKAGES := nginx-light wrk slowhttptest python3
# Of all fuzz targets together; TARGETS="head csv" runs only those.
SECONDS ?= 60
TARGETS ?=
# Modules of Tests/Browser; all without it.
TESTS ?=

.PHONY: program test-api test-docs docs test-browser bench-http bench-availability bench-detect bench-diagnose bench-fixlists bench-import bench-search help serve build test test-asan test-tsan test-crash fuzz lint format setup clean protobuf bench-ingest test-clients bench-fleet test-faults bench-parse test-swap test-scale test-spark man install deb sbom test-operations test-schemas test-image test-deb

help:
	@echo "make serve    set up, build in release, start the server (HOST, PORT, DATA)"
	@echo "make test     set up, build in debug, pass the tests"
	@echo "make build    set up, build in release"
	@echo "make bench-http  compare the server with nginx (installs nginx and wrk)"
	@echo "make bench-availability  how quick pages stay under uploads and slow clients"
	@echo "make bench-ingest  how fast telemetry is stored, beside VictoriaMetrics (installs it)"
	@echo "make bench-fleet  lists, memory and diagnoses of ten thousand hosts"
	@echo "make bench-detect, bench-diagnose  the detector: how right it is, how fast it is"
	@echo "make bench-fixlists, bench-parse, bench-import ARCHIVE=folder, bench-search DATA=folder  the archive"
	@echo "make fuzz     try the parsers on made-up inputs for SECONDS (60) in all"
	@echo "make test-asan, make test-tsan  pass the tests under a sanitizer (10 minutes each)"
	@echo "make test-browser  every page in Chromium, as a person uses it (installs Chromium)"
	@echo "make test-api   the server against openapi.json (schemathesis), and HTTP (httplint)"
	@echo "make test-docs  every command of README.md and docs/, every link"
	@echo "make docs     the modules' documentation (DocC) into .build/docs"
	@echo "make test-crash  kill the server ROUNDS times (200) and look for what it had acknowledged"
	@echo "make test-clients  upload with a real Prometheus and OpenTelemetry's SDK (installs them)"
	@echo "make test-faults  a full disk, and backups that are killed"
	@echo "make test-swap  search SEARCHES times (10,000) while imports swap the knowledge base"
	@echo "make test-scale  two servers in VictoriaMetrics and in Prometheus: faults, results, costs"
	@echo "make test-schemas [ARCHIVE=folder]  OSV and OpenVEX against the schemas that others publish"
	@echo "make test-spark   the Spark example against single processes"
	@echo "make install  install under PREFIX (/usr/local), with man page, completions and unit"
	@echo "make deb      make a Debian package in .build; make man and make sbom write their files there"
	@echo "make test-operations  check metrics, rules, dashboard, unit, man page and bill of materials"
	@echo "make test-deb  install, use, remove and purge the package in a system of its own (installs debootstrap)"
	@echo "make test-image  the run stage of the Dockerfile without a container engine (installs debootstrap)"
	@echo "make lint     check the format of the sources; make format mends it"

serve: build
	@exec .build/release/fixlevel serve --host $(HOST) --port $(PORT) --data-dir $(DATA)

build: setup
	$(RELEASE) --product fixlevel

test: setup
	swift build --build-tests
	swift test --skip-build

# Leaks are not looked for: Foundation and XCTest leave their own behind. Symbolizing a report of
# AddressSanitizer can hang. The program that the tests start has the sanitizer too.
test-asan: setup
	swift build --build-tests --sanitize=address --scratch-path .build/asan
	ASAN_OPTIONS=detect_leaks=0:symbolize=0 timeout 3600 \
	  swift test --skip-build --sanitize=address --scratch-path .build/asan

test-tsan: setup
	swift build --build-tests --sanitize=thread --scratch-path .build/tsan
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/ThreadSanitizer.suppressions timeout 3600 \
	  swift test --skip-build --sanitize=thread --scratch-path .build/tsan

# A real Prometheus and OpenTelemetry's SDK against the server, for three minutes at most.
test-clients: PACKAGES += prometheus curl python3 python3-venv
test-clients: build
	test -x .build/clients/bin/python3 || python3 -m venv .build/clients
	.build/clients/bin/pip install -q -r Benchmarks/client_test.txt
	python3 Benchmarks/client_test.py --program .build/release/fixlevel \
	  --python .build/clients/bin/python3

# Uploads to a server that is killed at random moments, again and again on the same data.
ROUNDS ?= 200
test-crash: PACKAGES += python3
test-crash: build
	python3 Benchmarks/crash_test.py --program .build/release/fixlevel --rounds $(ROUNDS)

# Chromium from Debian; Selenium, and axe-core in the package of another driver, from PyPI. Screenshots
# of every page are left in .build/browser/screenshots.
BROWSER := .build/browser
test-browser: PACKAGES += chromium chromium-driver python3 python3-venv
test-browser: build
	test -x $(BROWSER)/venv/bin/python || python3 -m venv $(BROWSER)/venv
	$(BROWSER)/venv/bin/pip install --quiet --requirement Tests/Browser/requirements.txt
	$(BROWSER)/venv/bin/pip install --quiet --no-deps axe-playwright-python==0.1.8
	cd Tests/Browser && ../../$(BROWSER)/venv/bin/python -m unittest $(TESTS)

# The program that these two ask: the release build, unless PROGRAM names another.
PROGRAM ?= .build/release/fixlevel
program: setup
	$(if $(filter .build/release/fixlevel,$(PROGRAM)),$(RELEASE) --product fixlevel)

# The server against its own document by schemathesis, and HTTP as httplint sees it (both from PyPI). SEED
# and EXAMPLES (of each operation) are schemathesis' own.
API := .build/api
SEED ?= 1
EXAMPLES ?= 20
test-api: PACKAGES += python3 python3-venv
test-api: program
	test -x $(API)/venv/bin/python || python3 -m venv $(API)/venv
	$(API)/venv/bin/pip install --quiet --requirement Tests/API/requirements.txt
	cd Tests/API && FIXLEVEL_PROGRAM=$(abspath $(PROGRAM)) FIXLEVEL_TEST_SEED=$(SEED) \
	  FIXLEVEL_TEST_EXAMPLES=$(EXAMPLES) $(CURDIR)/$(API)/venv/bin/python -m unittest

# Every command of README.md and docs/, and every link.
test-docs: PACKAGES += python3 curl
test-docs: program
	cd Tests/Docs && FIXLEVEL_PROGRAM=$(abspath $(PROGRAM)) python3 -m unittest

# The generator comes from the same checkout as the library that the generated code needs.
PROTOBUF := Sources/Telemetry/Protobuf
protobuf: PACKAGES += protobuf-compiler
protobuf: setup
	swift package resolve
	swift build --package-path .build/checkouts/swift-protobuf --scratch-path .build/protobuf \
	  --product protoc-gen-swift
	protoc --plugin=.build/protobuf/debug/protoc-gen-swift --proto_path=$(PROTOBUF) \
	  --swift_out=$(PROTOBUF) $(PROTOBUF)/*.proto

# A full disk, and backups that are killed.
test-faults: PACKAGES += python3
test-faults: build
	python3 Benchmarks/full_disk_test.py --program .build/release/fixlevel
	python3 Benchmarks/backup_test.py --program .build/release/fixlevel

# Searches over HTTP while one import after the other swaps the file.
SEARCHES ?= 10000
test-swap: setup
	swift build --build-tests
	FIXLEVEL_TEST_SEARCHES=$(SEARCHES) swift test --skip-build --filter SearchUnderImportTests

# Real engines, each behind two servers and nginx.
test-scale: PACKAGES += python3 nginx-light victoria-metrics prometheus
test-scale: build
	swift build --build-tests
	promtool check rules Operations/prometheus-rules.yml
	promtool test rules Operations/prometheus-rules-test.yml
	python3 Benchmarks/scale_test.py --program .build/release/fixlevel \
	  --contract "swift test --skip-build --filter StoreContractTests"

test-spark: PACKAGES += python3 python3-venv default-jre-headless
test-spark: build
	test -d .build/spark || { python3 -m venv .build/spark && .build/spark/bin/pip install -q pyspark==4.3.0; }
	.build/spark/bin/python Benchmarks/spark_test.py --program .build/release/fixlevel

# The modules' documentation. A parameter whose name says all needs no sentence; every other warning fails,
# and in these modules so does a public symbol without a comment. Of the others the number is shown.
DOCUMENTED := ArticleStore Fleet FleetPrometheus FleetSQLite KnowledgeBase UseCases Web
DOCS := .build/docs
MODULES := Bytes Meters System Compression Handles HTTPClient HTTPWire KnowledgeBase Diagnosis Telemetry Fleet SQLite \
  ArticleStore FleetPrometheus FleetSQLite UseCases Web HTTPServer Service
docs: PACKAGES += python3
docs: setup
	swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members > $(DOCS).log 2>&1 \
	  || { tail -40 $(DOCS).log; exit 1; }
	rm -rf $(DOCS)
	@for module in $(MODULES); do \
	  mkdir -p $(DOCS)/graphs/$$module; \
	  cp .build/*/symbolgraph/$$module.symbols.json .build/*/symbolgraph/$$module@*.json $(DOCS)/graphs/$$module 2>/dev/null; \
	  catalog=Sources/$$module/$$module.docc; test -d $$catalog || catalog=; \
	  docc convert $$catalog --additional-symbol-graph-dir $(DOCS)/graphs/$$module --ide-console-output \
	    --fallback-display-name $$module --fallback-bundle-identifier fixlevel.$$module \
	    --output-path $(DOCS)/$$module.doccarchive > $(DOCS)/$$module.log 2>&1 || { cat $(DOCS)/$$module.log; exit 1; }; \
	  ! grep -E '(warning|error): ' $(DOCS)/$$module.log | grep -v 'is missing documentation' || exit 1; \
	done
	Operations/undocumented $(DOCS)/graphs $(DOCUMENTED)
	docc merge $(DOCS)/*.doccarchive --output-path $(DOCS)/fixlevel.doccarchive --synthesized-landing-page-name Fixlevel
	@echo "The documentation is in $(DOCS)/fixlevel.doccarchive; docc preview or any web server shows it."

# Of OSV.dev's library only the schema is used, none of what it depends on.
test-schemas: PACKAGES += python3 python3-venv
test-schemas: build
	test -x .build/schemas/bin/python3 || python3 -m venv .build/schemas
	.build/schemas/bin/pip install -q -r Tests/Schemas/requirements.txt
	.build/schemas/bin/pip install -q --no-deps osv==0.0.22
	.build/schemas/bin/python3 Tests/Schemas/test_schemas.py --program .build/release/fixlevel \
	  $(if $(wildcard $(ARCHIVE)),--archive $(ARCHIVE))

fuzz: setup
	Fuzz/run $(SECONDS) $(TARGETS)

lint:
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

format:
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

# Installs what is missing and nothing else; with everything there it needs no root and no network.
setup:
	@command -v swift >/dev/null || { echo "Swift 6.3 is missing: https://www.swift.org/install/linux/ tells how to install it." >&2; exit 1; }
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "Please install:$$missing (no apt-get here to do it)." >&2; exit 1; }; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "Installing$$missing"; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi

# What is installed: the program, what it reads, its man page, completions and unit.
PREFIX ?= /usr/local
man install: PACKAGES += python3 binutils
man: build
	Operations/make-man-page .build/release/fixlevel > .build/fixlevel.1

UNITS = $(DESTDIR)$(if $(filter /usr,$(PREFIX)),/lib,/etc)/systemd/system
install: man
	install -D .build/release/fixlevel $(DESTDIR)$(PREFIX)/bin/fixlevel
	strip --strip-unneeded $(DESTDIR)$(PREFIX)/bin/fixlevel
	install -d $(DESTDIR)$(PREFIX)/share/fixlevel
	cp -R Public Migrations $(DESTDIR)$(PREFIX)/share/fixlevel/
	install -D -m 644 .build/fixlevel.1 $(DESTDIR)$(PREFIX)/share/man/man1/fixlevel.1
	gzip -9nf $(DESTDIR)$(PREFIX)/share/man/man1/fixlevel.1
	for place in bash:bash-completion/completions/fixlevel zsh:zsh/vendor-completions/_fixlevel \
	  fish:fish/vendor_completions.d/fixlevel.fish; do \
	  install -d $(DESTDIR)$(PREFIX)/share/$$(dirname $${place#*:}); \
	  .build/release/fixlevel --generate-completion-script $${place%%:*} \
	    > $(DESTDIR)$(PREFIX)/share/$${place#*:} || exit 1; \
	done
	install -d $(UNITS)
	sed 's|/usr/local/bin|$(PREFIX)/bin|' Operations/fixlevel.service > $(UNITS)/fixlevel.service

deb: PACKAGES += dpkg-dev binutils python3
deb: build
	Operations/make-deb .build/release/fixlevel

# The package in a root that debootstrap makes: installed, used, removed, purged; needs root. MIRROR is
# where its packages come from.
test-deb: PACKAGES += debootstrap
test-deb: deb
	PORT=$(PORT) Operations/prove-deb .build/fixlevel_*.deb

# The run stage of the Dockerfile without an engine; needs root, as test-deb does.
test-image: PACKAGES += debootstrap
test-image: build
	PORT=$(PORT) Operations/prove-dockerfile .build/release/fixlevel

# CycloneDX 1.5: the Swift packages at their commits, and the Debian libraries that are linked.
sbom: PACKAGES += python3
sbom: setup
	swift package resolve
	Operations/make-sbom > .build/fixlevel.cdx.json

test-operations: PACKAGES += prometheus systemd python3 python3-venv man-db
test-operations: build sbom
	Operations/check .build/release/fixlevel

# The server beside nginx, in turn on one core; prints the table of BENCHMARKS.md. Nothing else should
# run meanwhile.
bench-http bench-availability: PACKAGES += $(BENCH_PACKAGES)
bench-http: build
	python3 Benchmarks/bench_http.py --program .build/release/fixlevel

# How long pages take while clients upload, and under slowhttptest.
bench-availability: build
	python3 Benchmarks/bench_availability.py --program .build/release/fixlevel

# Uploads acknowledged on disk, beside VictoriaMetrics, and many small ones.
bench-ingest: PACKAGES += victoria-metrics wrk python3
bench-ingest: build
	python3 Benchmarks/bench_ingest.py --program .build/release/fixlevel

# Lists, memory and diagnoses of ten thousand hosts.
bench-fleet: PACKAGES += python3
bench-fleet: build
	python3 Benchmarks/bench_fleet.py --program .build/release/fixlevel

# Where the archive's text files and fix lists lie; they are not part of the project.
ARCHIVE ?= archive
LISTS ?= $(ARCHIVE)/fixlists

# The detector on its own generators, beside other methods and (row 11) other libraries.
bench-detect: PACKAGES += python3 python3-venv
bench-detect: build
	$(RELEASE) --product bench-detect
	.build/release/bench-detect
	python3 Benchmarks/bench_detect.py --program .build/release/fixlevel \
	  --libraries .build/bench-detect/venv

# fixlevel diagnose on 5 million samples beside DuckDB.
bench-diagnose: PACKAGES += python3 python3-venv
bench-diagnose: build
	python3 Benchmarks/bench_diagnose.py --program .build/release/fixlevel \
	  --folder .build/bench-diagnose

# The levels read from articles against Microsoft's own lists of fixed bugs.
bench-fixlists: setup
	$(RELEASE) --product bench-fixlists
	.build/release/bench-fixlists $(ARCHIVE) $(LISTS)

# Microseconds of the parser for an article.
bench-parse: setup
	$(RELEASE) --product bench-parse
	.build/release/bench-parse $(ARCHIVE)

# The import beside Python's sqlite3, of the archive and of ten times as many articles.
bench-import: PACKAGES += python3
bench-import: build
	python3 Benchmarks/bench_import.py --program .build/release/fixlevel --archive $(ARCHIVE)
	python3 Benchmarks/bench_import.py --program .build/release/fixlevel --archive $(ARCHIVE) \
	  --articles 57000 --rounds 2

# The search of an imported archive (DATA) beside the same query through SQLite's C API.
bench-search: PACKAGES += python3
bench-search: setup
	$(RELEASE) --product bench-search
	python3 Benchmarks/bench_search.py --program .build/release/bench-search --data-dir $(DATA)

clean:
	rm -rf .build
