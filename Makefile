# Every command of the project. Those that need it call `setup` first.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
SETUP := $(PYTHON) tools/setup.py
# npm's scripts look for `node` on the path.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent --prefix sdk/web
# Files are given out as they lie: by their number of tests, the longest would come last.
# Two more workers than there are processors: many tests wait for a database or a browser.
WORKERS = $(shell $(PYTHON) -c "import os; print(os.cpu_count() + 2)")

# Compiled modules are kept even where the environment says not to: every command would pay again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test fast fix test-long check docs openapi canary rehearse-restore rehearse-upgrade screenshots bench privacy lock dist

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; \
	do printf '  make %-17s %s\n' "$$name" "$$text"; done

setup: ## Install what is missing; does nothing when nothing changed
	@$(SETUP)

run: setup ## Show the whole path with simulated phones; ARGS="--once --json" ends by itself
	@$(BIN)/nabij demo $(ARGS)

test: ## Run the tests; ARGS="tests/geo -k cell" runs some of them
	@$(SETUP) --for-tests
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

fast: setup ## Run the tests that need no database and no browser, in seconds
	@HYPOTHESIS_PROFILE=fast $(BIN)/pytest --quiet --numprocesses $(WORKERS) -k "not real_register" \
		tests/geo tests/consent tests/vectors tests/architecture tests/tools $(ARGS)

fix: setup ## Mend what style checks can mend, and write anew what is generated
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet
	$(NPM) run fix
	$(MAKE) openapi
	$(BIN)/python -m nabij_dev.devtools write-periods
	$(BIN)/python -m nabij_dev.devtools write-schema

test-long: ## Run what looks for the rare far longer: races, the model, hypothesis, a million files (hours)
	@HYPOTHESIS_PROFILE=thorough NABIJ_MODEL_STEPS=20000 NABIJ_RACE_ROUNDS=5000 \
		NABIJ_HOSTILE_FILES=143000 NABIJ_FUZZ_RUNS=100000 NABIJ_EVERY_UPGRADE=1 NABIJ_SLOW_FAULTS=1 $(MAKE) test
	@for proxy in nginx haproxy varnishd; do \
		NABIJ_BEHIND=$$proxy $(MAKE) test ARGS=tests/contract || exit 1; \
	done

check: setup docs ## Check style, types, documentation, the API description and the deployment
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(NPM) run check
	$(BIN)/python -m tools.page_texts --check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python -m nabij_dev.devtools check-openapi
	$(BIN)/python -m nabij_dev.devtools check-periods
	$(BIN)/python -m nabij_dev.devtools check-schema

docs: setup ## Build the pages for app developers into site/
	$(BIN)/zensical build --strict

openapi: setup ## Write anew what is generated: the API description, its types, shared texts
	$(BIN)/python -m nabij_dev.devtools write-openapi
	$(NPM) run types
	$(BIN)/python -m tools.page_texts

canary: ## Plant values wherever something comes in, then search every byte that is kept
	@$(SETUP) --for-tests
	@$(BIN)/python -m tests.canary

rehearse-restore: ## Lose a database under load, restore it and fail over, as docs/runbook.md says
	@$(SETUP) --for-tests
	@$(BIN)/python -m tests.rehearsal restore

rehearse-upgrade: ## Upgrade every earlier release of the history to this one under load
	@$(SETUP) --for-tests
	@$(BIN)/python -m tests.rehearsal upgrade $(ARGS)

screenshots: ## Draw every state of the page into docs/images/; ARGS="privacy" draws one
	@$(SETUP) --for-tests
	$(BIN)/python -m tests.web.page.draw $(ARGS)

bench: ## Measure the promises about speed, and write docs/performance.md; ARGS="--quick" only looks
	@$(SETUP) --for-bench
	@$(BIN)/python -m bench $(ARGS)

privacy: setup ## Replay people or ARGS="--traces FOLDER" through the coarsening
	$(BIN)/python -m bench.privacy $(ARGS)

lock: setup ## Compile requirements.lock anew; ARGS=--upgrade takes newer versions
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet $(ARGS) \
		--universal --generate-hashes --group dev --output-file requirements.lock \
		--no-emit-package nabij-geo --no-emit-package nabij-consent \
		--no-emit-package nabij --no-emit-package nabij-backend --no-emit-package nabij-dev \
		geo/pyproject.toml consent/pyproject.toml sdk/python/pyproject.toml backend/pyproject.toml \
		dev/pyproject.toml

dist: setup ## Build the five distributions and the npm package into dist/
	@rm -rf dist
	@for folder in geo consent sdk/python backend dev; do \
		SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/uv build --quiet --no-build-isolation \
			--python $(BIN)/python --wheel --out-dir dist $$folder || exit; \
	done
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent pack ./sdk/web --pack-destination dist > /dev/null
	@ls -l dist
