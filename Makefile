# GNU make 4. Needs Python 3.11 or newer; everything else is installed into .venv by `make install`.
#
#   make demo    the whole story on this machine, in demo/
#   make test    everything that a change must pass
#
# Set PYTHON to choose an interpreter (make install PYTHON=/opt/python3.12/bin/python3),
# PYTEST_WORKERS and PYTEST_ARGS to run the tests differently (make test PYTEST_ARGS='-k rollback -x'), LONG_ARGS for a smaller
# long suite (make test-long LONG_ARGS='--seeds 200 --steps 100'), LOCK_ARGS for a lock that keeps its versions where it can
# (make lock LOCK_ARGS=).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := requirements.lock
PYTHON ?=
PYTEST_WORKERS ?= 3
UNIT_WORKERS ?= 2
WITHOUT_UNIT_TESTS := acceptance golden interoperability simulation twenty_versions
PYTEST_ARGS ?=
LONG_ARGS ?=
LOCK_ARGS ?= --upgrade

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start hundreds of short processes: compiled modules save each of them a third of a second.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install lock demo test test-unit test-newest test-long lint format reference test-twenty check-twenty-versions bench bench-long clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A virtual environment in the folder $(1), of the first Python that will do; one that works is left as it is.
define make_venv
	@found=""; seen=""; without_venv=""; \
	for candidate in $(or $(PYTHON),python3.11 python3.12 python3.13 python3); do \
	    version=$$("$$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	    seen="$$seen $$candidate ($$version)"; \
	    "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
	    if "$$candidate" -c 'import venv, ensurepip' 2>/dev/null; then found="$$candidate"; break; fi; \
	    without_venv="$$candidate"; \
	done; \
	if [ -z "$$found" ] && [ -n "$$without_venv" ]; then \
	    echo "$$without_venv is here, but its venv module is not. On Debian and Ubuntu: apt-get install $$without_venv-venv" >&2; exit 1; \
	fi; \
	if [ -z "$$found" ]; then \
	    echo "Python 3.11 or newer is needed; looked for $(or $(PYTHON),python3.11 python3.12 python3.13 python3), found:$${seen:- none}." >&2; \
	    echo "Install one, or name one: make install PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! $(1)/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || ! $(1)/bin/python -m pip --version >/dev/null 2>&1; then \
	    echo "making $(1) with $$found"; \
	    "$$found" -m venv --clear $(1); \
	fi
endef

install: $(STAMP) ## make .venv and install cutover into it (again only when pyproject.toml or requirements.lock changed)
	@test -x $(BIN)/cutover || { echo "$(BIN)/cutover is missing; run: rm $(STAMP) && make install" >&2; exit 1; }

# Exactly what the lock names, checked by hash; cutover itself is built with the locked backend, and fetches nothing.
$(STAMP): pyproject.toml $(LOCK)
	$(call make_venv,$(VENV))
	@echo "installing cutover and its tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK)
	@$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

lock: ## renew requirements.lock: the newest versions that pyproject.toml allows, with their hashes
	$(call make_venv,.venv-lock)
	@.venv-lock/bin/python -m pip install --quiet --upgrade uv
	@.venv-lock/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
	    | .venv-lock/bin/uv pip compile pyproject.toml - --extra dev --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-annotate --quiet $(LOCK_ARGS) --output-file $(LOCK)

demo: install ## rehearse a whole migration on this machine, in demo/ (an old demo/ is removed first)
	rm -rf demo
	$(BIN)/cutover demo demo

test: lint ## lint, then all tests
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

# Folders without unit tests are left out: to import them takes longer than the tests. A module's tests run in one worker, so that
# what they begin with is made once; those marked `long` come first.
test-unit: install ## the unit tests: no server, no broker, no process; less than a minute
	$(BIN)/pytest -n $(UNIT_WORKERS) --dist loadscope --no-loadscope-reorder -m unit $(addprefix --ignore=tests/,$(WITHOUT_UNIT_TESTS)) $(PYTEST_ARGS)

test-newest: ## all tests with the newest versions that pyproject.toml allows, in .venv-newest (the lock is not looked at)
	$(call make_venv,.venv-newest)
	@.venv-newest/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev]'
	.venv-newest/bin/pytest -n $(PYTEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

test-long: install ## the simulation, crash points and faults in full: days of a processor; stop it, and it goes on where it was
	$(BIN)/python -m tests.simulation.long_suite $(LONG_ARGS)

lint: install ## ruff check, ruff format --check, mypy, lint-imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: install ## put every file into shape, and mend what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

reference: install ## write the parts of docs/ that are made from the program
	$(BIN)/python -m tests.docs.write_reference

# The variables are not CUTOVER_TWENTY__…, so that a test never runs against the workspace of a real project by accident.
test-twenty: install ## the interoperability suite, against a real, empty Twenty
	@if [ -z "$${CUTOVER_TEST_TWENTY_URL:-}" ] || [ -z "$${CUTOVER_TEST_TWENTY_KEY:-}" ]; then \
	    echo "skipped: set CUTOVER_TEST_TWENTY_URL and CUTOVER_TEST_TWENTY_KEY to an EMPTY Twenty workspace and its API key"; \
	    echo "(the suite writes to it and destroys what it wrote; compose.yaml, profile twenty, starts one on this machine)"; \
	else \
	    $(BIN)/pytest tests/interoperability -p no:randomly -rs -s $(PYTEST_ARGS); \
	fi

check-twenty-versions: install ## print what every published Twenty says of our requests to its metadata API (needs npm)
	@$(BIN)/python -m tests.twenty_versions $(VERSIONS)

bench: install ## time everything at 100,000 records, about nine minutes, and write the table of docs/benchmarks.md
	$(BIN)/python -m benchmarks.suite --again --table

bench-long: install ## the same at 1,000,000 and 10,000,000: hours; stop it, and it goes on where it was
	$(BIN)/python -m benchmarks.suite --long --table

clean: ## remove .venv and its like, demo/ and what the tools leave behind; projects and their logs are not touched
	rm -rf $(VENV) .venv-lock .venv-newest demo build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
