# `make run` and `make test` need nothing but Python 3.11 or newer and pip.
.PHONY: install run test check bench chaos lock release
PYTHON ?= python3
BIN := .venv/bin

run: .venv/installed ## the bot; with no tokens a chat in the terminal
	@exec $(BIN)/python -m bot run

test: .venv/installed ## every test
	@exec $(BIN)/pytest -n auto

check: .venv/installed ## what a reviewer would ask for: lint, types, contracts, content
	$(BIN)/ruff check bot tests
	$(BIN)/ruff format --check bot tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/aiwork content check

bench: .venv/installed ## speed, memory and quality, as ratios against a baseline of the same run
	@exec $(BIN)/python -m tests.benchmarks

chaos: .venv/installed ## 200 kills and 10,000 faulty sends on each database
	@exec $(BIN)/python -m tests.chaos

install: .venv/installed ## everything into .venv

.venv/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

release: .venv/installed ## a wheel, and the bill of materials (CycloneDX) of what it needs, in dist/
	@rm -rf dist && mkdir dist
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m tests.shipped > dist/requirements.txt
	$(BIN)/python -m venv --without-pip dist/venv
	$(BIN)/pip --python dist/venv/bin/python install --quiet --disable-pip-version-check --require-hashes -r dist/requirements.txt
	$(BIN)/pip --python dist/venv/bin/python install --quiet --disable-pip-version-check --no-deps dist/*.whl
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file dist/aiwork.cdx.json dist/venv/bin/python
	@rm -rf dist/venv && ls dist

lock: ## pin the newest versions that pyproject.toml allows
	@test -x .venv/lock/bin/pip-compile || ($(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet pip-tools)
	.venv/lock/bin/pip-compile --quiet --all-extras --all-build-deps --generate-hashes --strip-extras \
	  --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
	  --output-file requirements.lock pyproject.toml
