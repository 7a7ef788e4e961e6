# The one list of commands. `make help` names them; all the rest follows from `make demo` and `make test`.

# What may be set: `make demo PORT=9000`, `make demo CHECK=1`, `make soak SECONDS=600`, `make test PYTHON=python3.13`.
PORT ?= 8000
PYTHON ?= python3
CHECK ?=
SECONDS ?= 120

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

STEP := tools/step
STAMPS := .stamps
BIN := $(CURDIR)/.venv/bin
NEXT_DJANGO := $(CURDIR)/.venv-django-6.0
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
SHOP := examples/shop
SHOP_NODE := examples/shop-node
DESKTOP := examples/shop-tauri

# The package's own command and its Python are found first; the extension is built for the same Python everywhere,
# so that no command undoes what another one built.
export PATH := $(BIN):$(PATH)
export PYO3_PYTHON := $(BIN)/python

# Modules of Python are compiled once, and not by each of the hundreds of processes that tests start, whatever the
# environment says.
unexport PYTHONDONTWRITEBYTECODE

RUST_SOURCES := Cargo.toml Cargo.lock $(shell find core codegen runtime bindings/python -name '*.rs' -o -name '*.lua' -o -name Cargo.toml)
PACKAGE_SOURCES := $(RUST_SOURCES) bindings/python/pyproject.toml bindings/python/README.md $(shell find bindings/python/python -name '*.py' -o -name '*.pyi' -o -name py.typed)
ADDON_SOURCES := Cargo.toml Cargo.lock $(shell find core codegen runtime bindings/node -name '*.rs' -o -name '*.lua' -o -name Cargo.toml) \
	$(shell find bindings/node/ts bindings/node/build -type f) $(addprefix bindings/node/,package.json tsconfig.build.json)
WEB_SOURCES := $(shell find clients/kernel/src clients/react/src $(SHOP)/web/src $(SHOP)/web/public -type f) \
	$(addprefix $(SHOP)/web/,index.html vite.config.ts package.json tsconfig.json)
DESKTOP_SOURCES := $(shell find $(DESKTOP)/web/src bindings/tauri/guest-js/src -type f) \
	$(addprefix $(DESKTOP)/web/,index.html vite.config.ts package.json tsconfig.json)
NODE_MANIFESTS := package.json package-lock.json $(wildcard bindings/node/package.json bindings/tauri/guest-js/package.json clients/*/package.json examples/*/web/package.json $(SHOP_NODE)/package.json tests/*/package.json tests/conformance/hosts/*/package.json)

.PHONY: help demo setup test soak fuzz bench lint format generate lock lock-bench clean
.PHONY: test-rust test-python test-pins test-boundary test-cache test-django test-next-django test-conformance test-clients test-browser test-tauri parity-table replayers built-replayers
.PHONY: lint-rust lint-tauri lint-python lint-typescript lint-repository

help: ## name every target in a line
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

# --- running ----------------------------------------------------------------------------------------------------------

ifeq ($(CHECK),)
demo: $(STAMPS)/extension $(SHOP)/web/dist/index.html ## set everything up and serve the shop (PORT=8000; CHECK=1 drives it in a browser instead)
	@cd $(SHOP)/backend && exec $(BIN)/python -m shop --port $(PORT)
else
demo: $(STAMPS)/extension $(SHOP)/web/dist/index.html $(STAMPS)/chromium
	@$(STEP) "demo in Chromium" tools/demo-check $(PORT)
endif

setup: $(STAMPS)/extension $(STAMPS)/wheel $(STAMPS)/addon $(STAMPS)/node $(STAMPS)/runtimes $(STAMPS)/chromium $(STAMPS)/redis $(STAMPS)/postgresql $(STAMPS)/varnish $(STAMPS)/valgrind $(STAMPS)/tauri $(SHOP)/web/dist/index.html $(STAMPS)/shop-node $(DESKTOP)/web/dist/index.html ## install and build what the other targets need

# --- testing ----------------------------------------------------------------------------------------------------------

# Three at a time on two cores, as many of them wait for a browser, a server or one thread, and the longest first. The set-up
# is done by then, so that none of them builds what another one is building.
CHECKS := test-browser test-conformance test-boundary test-python test-clients test-rust test-django lint-python test-cache test-tauri lint-typescript test-next-django test-pins lint-rust lint-tauri lint-repository

test: setup ## set everything up and run every check and test
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target $(CHECKS)

test-rust: $(STAMPS)/extension $(STAMPS)/node $(STAMPS)/redis ## Rust tests
	@if cargo nextest --version >/dev/null 2>&1; \
	then $(STEP) "cargo nextest" cargo nextest run --locked --workspace; \
	else $(STEP) "cargo test" cargo test --locked --workspace --tests; fi
	@$(STEP) "documentation tests" cargo test --locked --workspace --doc

test-python: $(STAMPS)/extension $(STAMPS)/shop-node ## Python tests: the package, the shop, the docs
	@$(STEP) pytest pytest
	@$(STEP) "pytest of the shop" pytest $(SHOP)/backend
	@cd examples/shop-django && $(CURDIR)/$(STEP) "tests of the shop on Django" python manage.py test --noinput --verbosity 0

test-boundary: $(STAMPS)/extension $(STAMPS)/valgrind $(STAMPS)/redis ## the extension's memory, threads and forked workers
	@$(STEP) "pytest of the boundary" pytest tests/boundary

test-cache: $(STAMPS)/extension $(STAMPS)/redis $(STAMPS)/varnish ## served applications on a real Redis that fails, and behind a real Varnish
	@$(STEP) "pytest of the caches" pytest tests/origin tests/edge

test-django: $(STAMPS)/extension $(STAMPS)/redis $(STAMPS)/postgresql ## Django projects on gunicorn and uvicorn, with a real PostgreSQL and Redis
	@$(STEP) "pytest of Django on servers" pytest tests/django_servers

test-next-django: $(STAMPS)/wheel ## the adapter's tests and the shop's on Django 6.0 and a Python 3.12 or newer, with the wheel of the package
	@PATH=$(NEXT_DJANGO)/bin:$$PATH $(STEP) "pytest on Django 6.0" python -m pytest $(wildcard bindings/python/tests/test_django_*.py)
	@cd examples/shop-django && PATH=$(NEXT_DJANGO)/bin:$$PATH $(CURDIR)/$(STEP) "tests of the shop on Django 6.0" python -W error manage.py test --noinput --verbosity 0

test-pins: $(STAMPS)/extension $(STAMPS)/addon $(STAMPS)/redis ## the pins: their form, each replayer over them and over public corpora, and their second derivation
	@$(STEP) "pins are current" cargo dev pins --check
	@$(STEP) "pytest of the pins" pytest tests/pins

test-conformance: $(STAMPS)/extension $(STAMPS)/addon $(STAMPS)/redis $(STAMPS)/tauri $(DESKTOP)/web/dist/index.html ## the conformance board: every probe, and every control, against running servers
	@$(STEP) "conformance board" pytest tests/conformance

parity-table: $(STAMPS)/extension $(STAMPS)/addon $(STAMPS)/tauri $(DESKTOP)/web/dist/index.html ## run the board, record what it finds, and write the table of README.md (ADAPTER="django node")
	@cd tests/conformance && ../../$(STEP) "conformance board" python -m conformance --write $(addprefix --adapter ,$(ADAPTER))
	@cd tests/conformance && python -m conformance --table

replayers: ## build every replayer of pins, and print the surface and the command of each
	@$(MAKE) --no-print-directory built-replayers >&2
	@printf '%s\t%s\n' rust "$(TARGET)/debug/mizan-replay" python "$(BIN)/python -m mizan.replay" \
		node "node $(CURDIR)/bindings/node/dist/replay/main.js"

built-replayers: $(STAMPS)/extension $(STAMPS)/addon
	@cargo build --quiet --locked --package mizan-replay

test-clients: $(STAMPS)/addon $(STAMPS)/runtimes $(STAMPS)/redis ## TypeScript tests of the server (in each runtime, and under load) and client packages and of generated code
	@$(STEP) vitest npm run --silent test

test-browser: $(STAMPS)/extension $(SHOP)/web/dist/index.html $(STAMPS)/shop-node $(STAMPS)/chromium ## the shop in a real Chromium
	@$(STEP) "shop on axum" cargo build --quiet --locked --package shop-axum
	@$(STEP) playwright npm --prefix tests/browser run --silent test

test-tauri: $(STAMPS)/tauri $(DESKTOP)/web/dist/index.html ## the plugin, and the desktop shop on a screen of its own
	@cd bindings/tauri && $(CURDIR)/$(STEP) "build of Tauri" cargo build --quiet --locked --workspace
	@cd bindings/tauri && $(CURDIR)/$(STEP) "cargo test of Tauri" cargo test --quiet --locked --workspace
	@$(STEP) "desktop shop" npm --prefix tests/desktop run --silent test

soak: $(STAMPS)/redis ## four processes on one Redis, a writer, and everybody watches for stale reads (SECONDS=120)
	@cargo build --quiet --locked --package mizan-runtime --bin mizan-soak
	@$(TARGET)/debug/mizan-soak --seconds $(SECONDS)

fuzz: $(STAMPS)/system ## run libFuzzer on each fuzz target, after its control (SECONDS=60 for each; TARGETS="json kdl")
	@$(STEP) fuzz tools/fuzz $(if $(filter file,$(origin SECONDS)),60,$(SECONDS)) $(TARGETS)

# --- measuring --------------------------------------------------------------------------------------------------------

bench: $(STAMPS)/bench $(STAMPS)/redis $(STAMPS)/nginx $(STAMPS)/varnish ## measure against peers, with a release build of its own, and write docs/benchmarks.md
	@cd bench && ../$(STEP) benchmark .venv/bin/python -m measure

# --- linting and writing ----------------------------------------------------------------------------------------------

lint: lint-rust lint-tauri lint-python lint-typescript lint-repository ## every linter; warnings are errors

lint-rust: $(STAMPS)/python ## rustfmt, clippy, rustdoc, and what the dependencies are
	@$(STEP) rustfmt cargo fmt --all --check
	@$(STEP) clippy cargo clippy --locked --workspace --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" $(STEP) rustdoc cargo doc --quiet --locked --no-deps --package mizan --package mizan-macros --package mizan-axum
	@$(STEP) "licences and sources" cargo dev crates

lint-tauri: $(STAMPS)/tauri $(DESKTOP)/web/dist/index.html ## rustfmt, clippy and rustdoc of the workspace of Tauri
	@cd bindings/tauri && $(CURDIR)/$(STEP) "rustfmt of Tauri" cargo fmt --package tauri-plugin-mizan --package desk-tauri --package shop-tauri --package mizan-bench-tauri --check
	@cd bindings/tauri && $(CURDIR)/$(STEP) "clippy of Tauri" cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
	@cd bindings/tauri && RUSTDOCFLAGS="-D warnings" $(CURDIR)/$(STEP) "rustdoc of Tauri" cargo doc --quiet --locked --no-deps --workspace

lint-python: $(STAMPS)/extension $(STAMPS)/node ## ruff and pyright
	@$(STEP) "ruff check" ruff check
	@$(STEP) "ruff format" ruff format --check
	@$(STEP) pyright npx --no-install pyright --warnings

lint-typescript: $(STAMPS)/addon ## biome and tsc
	@$(STEP) biome npm run --silent lint
	@$(STEP) tsc npm run --silent typecheck

lint-repository: $(STAMPS)/extension ## one version, the arrows between rooms, and generated code that is current
	@$(STEP) versions cargo dev version --check
	@$(STEP) arrows cargo dev arrows
	@cd $(SHOP)/backend && $(CURDIR)/$(STEP) "generated code of the shop" mizan generate --check

format: $(STAMPS)/python $(STAMPS)/node ## format every source
	@cargo fmt --all
	@cd bindings/tauri && cargo fmt --package tauri-plugin-mizan --package desk-tauri --package shop-tauri --package mizan-bench-tauri
	@ruff check --fix --quiet && ruff format --quiet
	@npm run --silent format

generate: $(STAMPS)/extension ## write all generated files anew
	@cargo dev version
	@cargo dev pins
	@cd $(SHOP)/backend && mizan generate

lock: $(STAMPS)/python ## pin the newest Python packages in requirements.lock and requirements-django-6.0.lock
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --output-file requirements.lock --extra django --extra fastapi bindings/python/pyproject.toml requirements.in
	@uv pip compile --quiet --upgrade --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --output-file requirements-django-6.0.lock requirements-django-6.0.in

lock-bench: $(STAMPS)/python ## pin the newest peers of the benchmark in bench/requirements.lock
	@cd bench && uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --output-file requirements.lock --constraint ../requirements.lock \
		--extra fastapi ../bindings/python/pyproject.toml requirements.in
	@cargo update --quiet --manifest-path bench/axum/Cargo.toml

clean: ## remove everything that was built or installed here
	@rm -rf $(STAMPS) .venv .venv-django-* .python target node_modules $(SHOP)/web/dist $(SHOP_NODE)/dist $(DESKTOP)/web/dist bench/.venv bench/target bench/build
	@find . -name node_modules -prune -exec rm -rf {} +
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@find bindings/python -name '*.so' -delete

# --- what is installed and built, once --------------------------------------------------------------------------------

$(STAMPS):
	@mkdir -p $@

$(STAMPS)/system: tools/system | $(STAMPS)
	@PYTHON=$(PYTHON) tools/system
	@touch $@

$(STAMPS)/python: requirements.lock $(STAMPS)/system
	@$(STEP) "Python environment" tools/python-environment $(PYTHON)
	@touch $@

$(STAMPS)/django-6.0: requirements-django-6.0.lock tools/django-environment tools/newer-python $(STAMPS)/python
	@$(STEP) "Django 6.0, on a Python that it runs on" tools/django-environment 6.0
	@touch $@

$(STAMPS)/extension: $(RUST_SOURCES) bindings/python/pyproject.toml $(STAMPS)/python
	@$(STEP) "Python extension" maturin develop --quiet --uv --locked --extras django,fastapi --manifest-path bindings/python/Cargo.toml
	@touch $@

$(STAMPS)/wheel: $(PACKAGE_SOURCES) $(STAMPS)/extension $(STAMPS)/django-6.0
	@rm -rf $(TARGET)/wheels
	@$(STEP) "wheel of the package" maturin build --quiet --locked --manifest-path bindings/python/Cargo.toml --out $(TARGET)/wheels
	@VIRTUAL_ENV=$(NEXT_DJANGO) $(STEP) "package on Django 6.0" uv pip install --quiet --no-deps --reinstall $(TARGET)/wheels/*.whl
	@touch $@

$(STAMPS)/addon: $(ADDON_SOURCES) $(STAMPS)/node
	@MIZAN_ADDON_PROFILE=dev $(STEP) "Node addon" npm --prefix bindings/node run --silent build
	@touch $@

$(STAMPS)/node: $(NODE_MANIFESTS) $(STAMPS)/system
	@$(STEP) "Node packages" npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/runtimes: tests/node/runtimes/package.json tests/node/runtimes/package-lock.json | $(STAMPS)
	@$(STEP) "Node 22 and Bun" npm ci --prefix tests/node/runtimes --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/shop-node: $(wildcard $(SHOP_NODE)/shop/*.ts) $(STAMPS)/addon
	@$(STEP) "shop on Node" npm --prefix $(SHOP_NODE) run --silent build
	@touch $@

$(STAMPS)/bench: $(RUST_SOURCES) $(ADDON_SOURCES) $(shell find bindings/python/python -name '*.py') bench/setup \
		$(shell find bindings/rust bindings/axum bindings/tauri bench/answers bench/axum bench/tauri -name '*.rs' -o -name Cargo.toml -o -name Cargo.lock) \
		bench/requirements.lock bench/package-lock.json $(STAMPS)/node $(STAMPS)/tauri
	@$(STEP) "release build and peers" bench/setup $(PYTHON)
	@touch $@

$(STAMPS)/chromium: tools/chromium tools/debian-package $(STAMPS)/node
	@$(STEP) Chromium tools/chromium
	@touch $@

$(STAMPS)/redis: tools/redis tools/debian-package | $(STAMPS)
	@$(STEP) Redis tools/redis
	@touch $@

$(STAMPS)/postgresql: tools/postgresql tools/debian-package | $(STAMPS)
	@$(STEP) PostgreSQL tools/postgresql
	@touch $@

$(STAMPS)/varnish: tools/varnish tools/debian-package | $(STAMPS)
	@$(STEP) Varnish tools/varnish
	@touch $@

$(STAMPS)/nginx: tools/nginx tools/debian-package | $(STAMPS)
	@$(STEP) nginx tools/nginx
	@touch $@

$(STAMPS)/tauri: tools/tauri tools/debian-package | $(STAMPS)
	@$(STEP) "WebKitGTK and Xvfb" tools/tauri
	@touch $@

$(STAMPS)/valgrind: tools/valgrind tools/debian-package | $(STAMPS)
	@$(STEP) valgrind tools/valgrind
	@touch $@

$(SHOP)/web/dist/index.html: $(WEB_SOURCES) $(STAMPS)/node
	@$(STEP) "shop's page" npm --prefix $(SHOP)/web run --silent build -- --logLevel warn
	@touch $@

$(DESKTOP)/web/dist/index.html: $(DESKTOP_SOURCES) $(WEB_SOURCES) $(STAMPS)/node
	@$(STEP) "desktop shop's page" npm --prefix $(DESKTOP)/web run --silent build -- --logLevel warn
	@touch $@
