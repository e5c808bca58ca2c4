# Every target with a comment behind it is shown by `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := deploy/requirements/dev.txt
MEMBERS := proto node coordinator portal
GEO ?=
QUESTIONS ?=
OUT ?= demo-output
ONLY ?=
export PYTHONUTF8 := 1
# Where Python may not keep compiled files, every process of a demo compiles all it imports anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(STAMP) ## make the virtual environment with everything pinned

# uv installs in seconds; where it cannot reach its index, pip (with its own settings) does the same work.
$(STAMP): $(LOCK) $(addsuffix /pyproject.toml,$(MEMBERS))
	@echo "==> virtual environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv || true
	@echo "==> installing pinned packages"
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(LOCK) 2>/dev/null \
	  || $(BIN)/pip install --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(foreach m,$(MEMBERS),-e ./$(m))
	@touch $@

demo: setup ## the main job: six providers, two helpers, a dealer, approved questions, published answers
	@PYTHONPATH=deploy/demo $(BIN)/python -m ontschot_demo --output $(OUT) $(if $(GEO),--geo $(GEO)) \
	  $(if $(QUESTIONS),--questions $(QUESTIONS))

show: setup ## the answers of the last demo as pages in your browser
	@PYTHONPATH=deploy/demo $(BIN)/python -m ontschot_demo.showing --output $(OUT)

test: setup ## run the tests; says what was left out and how to install it
	@$(BIN)/python -m pytest -n auto --dist loadscope -m "not slow"

test-slow: setup ## slow simulation and statistics, on all cores
	@$(BIN)/python -m pytest -n auto --dist loadscope -m "slow"

check: setup ## format, lint, types, layers, stubs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@PYTHONPATH=proto/src:node/src:coordinator/src:portal/src $(BIN)/lint-imports
	@$(BIN)/uv run --quiet --script proto/generate.py --check

bench: setup ## measure, and write docs/benchmarks.md; ONLY="gates sums" measures parts and writes nothing
	@$(BIN)/python -m tests.benchmarks $(ONLY)

bench-utility: setup ## how near figures and estimates come to the truth, and write docs/utility.md
	@$(BIN)/python -m tests.benchmarks.utility

audit: setup ## attack the noise with thousands of releases, and write docs/audits.md
	@$(BIN)/python -m tests.audits

docs: setup ## write the generated parts of docs/ (error codes, settings, commands)
	@$(BIN)/python -m tests.docs.generate

.PHONY: help setup demo show test test-slow check bench bench-utility audit docs
