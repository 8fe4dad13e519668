# What a developer does. `make` alone prints the list.
# A fresh machine needs Python >= 3.11, make and a package index; PYTHON=... chooses the interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := build/demo
JOBS ?= 2
# Workers take whole files in the order of tests/conftest.py: the longest first.
WORKERS := -n $(JOBS) --dist loadfile --no-loadscope-reorder

# Two stamps in one environment: the demo needs no developer's tools, and whoever has the tools has all of it.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint types format kernels kernels-plain kernels-checked tests others bench screenshot clean

help: ## print this list
	@echo "make <target> [PYTHON=python3.12] [JOBS=2]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s%s\n", $$1, $$2}'

setup: $(DEV) ## environment in .venv with everything a developer needs; skipped when nothing changed

demo: $(RUNTIME) ## the main job on the embedded Yongchuan world, into build/demo; installs no developer's tools
	$(BIN)/dispatch demo --out $(OUT)

# Side by side. Kernel tests run in one process for each way: two workers would each compile the same kernels. The other
# tests wait until they find them compiled and start in the middle, so that both cores have work until the last of them ends.
test: $(DEV) ## everything CI runs: lint, types, import order, kernels three ways, all other tests
	@$(MAKE) --no-print-directory -j$(JOBS) --output-sync=target AFTER=kernels \
	  kernels lint kernels-checked others types kernels-plain

lint: $(DEV) ## ruff (rules and format) and the order of imports between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(DEV) ## mypy --strict over product and tests
	$(BIN)/mypy

tests: $(DEV) ## all tests once, kernels compiled
	$(BIN)/python -m pytest $(WORKERS)

others: $(DEV) $(AFTER) ## all tests but those of kernels
	$(BIN)/python -m pytest $(WORKERS) -m "not kernel"

kernels: $(DEV) ## kernel tests, compiled
	$(BIN)/python -m pytest -m kernel

kernels-plain: $(DEV) ## kernel tests as plain Python
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -m kernel

# What is checked stands in the code before LLVM optimises it: less of that takes a sixth off the time to compile.
kernels-checked: $(DEV) ## kernel tests compiled with bounds checks (kernels/jit.py gives them a cache folder of their own)
	NUMBA_BOUNDSCHECK=1 NUMBA_OPT=1 $(BIN)/python -m pytest -m kernel

format: $(DEV) ## let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## what can be measured, and how: the benchmarks' own help
	$(BIN)/python -m benchmarks --help

screenshot: $(RUNTIME) ## docs/plan.png of the README, taken of the demo's report in Chromium
	$(BIN)/dispatch demo --out $(OUT) --lang zh > /dev/null
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
	  --disable-component-update --disable-sync --user-data-dir=$(OUT)/browser --virtual-time-budget=8000 \
	  --window-size=1200,1280 --screenshot=docs/plan.png file://$(abspath $(OUT))/plan.html
	rm -rf $(OUT)/browser

clean: ## remove the environment and everything built (not the kernel cache in ~/.cache/dispatch)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "rescue-dispatch needs Python 3.11 or newer, but $(PYTHON) is `$(PYTHON) --version 2>&1`; name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }

# pip is quiet unless something is wrong; a stamp newer than its sources means: nothing to do.
$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rescue-dispatch into $(VENV) (once; some minutes on a slow line)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rescue-dispatch and the developer's tools into $(VENV) (once; some minutes on a slow line)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(RUNTIME) $@
