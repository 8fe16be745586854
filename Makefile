# Everything is built in a virtual environment in this folder; cargo's output is kept outside it, so that a fresh clone
# does not compile wasmtime again.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/llmerm/target
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

CORE := $(shell find rust -type f -not -path '*/target/*') Cargo.toml Cargo.lock

.PHONY: help demo test fuzz bench figures lint fmt wheel lock clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

$(BIN)/.tools: requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Apart from the tools: the demonstration does without PyTorch, which is some gigabytes.
$(BIN)/.baselines: requirements-baselines.lock $(BIN)/.tools
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-baselines.lock
	@touch $@

$(BIN)/.llmerm: $(BIN)/.tools $(CORE) pyproject.toml
	@echo "building the extension (some minutes the first time)"
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

demo: $(BIN)/.llmerm ## Learn six programs, from recorded proposals of a language model and by enumeration; no key, no network
	$(BIN)/python examples/demo.py

test: $(BIN)/.llmerm $(BIN)/.baselines ## Run the Rust tests, then the Python tests
	cargo test --release --quiet --workspace
	$(BIN)/python -m pytest -n 2

fuzz: $(BIN)/.tools ## Give the Python compiler mutated sources for ten minutes (needs cargo-fuzz and a nightly compiler)
	mkdir -p rust/fuzz/corpus/compile
	find tests/semantics tests/candidates -name '*.py' | while read -r file; do \
		cp $$file rust/fuzz/corpus/compile/$$(echo $$file | tr / -); done
	cd rust && cargo +nightly fuzz run compile -- -max_total_time=600 -max_len=4096 -rss_limit_mb=4096

bench: $(BIN)/.llmerm $(BIN)/.baselines ## Print the tables of docs/performance.md, docs/rewards.md and docs/enumeration.md
	@for script in fast_tier cpython_tier candidates rewards startup compiled streams scale racing distributed training enumeration; do $(BIN)/python benchmarks/$$script.py || exit 1; done

figures: $(BIN)/.llmerm ## Draw the figures of the docs (docs/figures)
	$(BIN)/python examples/theory.py
	$(BIN)/python benchmarks/enumeration_page.py

lint: $(BIN)/.llmerm $(BIN)/.baselines ## Check formatting, lints, types and stubs
	cargo fmt --check
	cargo clippy --release --all-targets --quiet -- -D warnings
	$(BIN)/ruff format --check python tests benchmarks examples
	$(BIN)/ruff check python tests benchmarks examples
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest llmerm._verifier

fmt: $(BIN)/.tools ## Format everything
	cargo fmt
	$(BIN)/ruff format python tests benchmarks examples
	$(BIN)/ruff check --fix-only --quiet python tests benchmarks examples

wheel: $(BIN)/.tools ## Build dist/llmerm-*.whl
	$(BIN)/maturin build --release --out dist

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links

lock: ## Write the two requirements-*.lock anew (needs uv)
	$(COMPILE) --extra c --group dev --output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --extra baselines --constraints requirements-dev.lock --output-file requirements-baselines.lock pyproject.toml

clean: ## Remove what was built here
	rm -rf $(VENV) dist target python/llmerm/*.so
