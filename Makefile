# Two commands matter: `make demo` and `make test`. The rest is for people who change the code.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: help demo test lint types bench docs site secrets compose prove-image requirements clean

help:
	@echo "make demo [ARGS=--once]  run the whole pipeline on this machine and watch it"
	@echo "make test [ARGS=...]     run the tests (starts its own Kafka and ClickHouse)"
	@echo "make lint types          ruff and mypy"
	@echo "make bench               measure the parts against their yardsticks"
	@echo "make docs                write docs/reference from the code"
	@echo "make site                build the documentation as a site, dist/site"
	@echo "make compose             run it in containers (Docker), after making its secrets"
	@echo "make prove-image         carry out deploy/Dockerfile's steps without Docker (root)"
	@echo "make requirements        pin the dependencies again"
	@echo "make clean               remove what make made"

.venv: requirements.txt pyproject.toml pipeline/__init__.py
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch .venv

demo: .venv
	$(BIN)/twilio-pipeline demo $(ARGS)

test: .venv
	$(BIN)/python -m pytest --numprocesses 2 --no-loadscope-reorder $(ARGS)

lint: .venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv
	$(BIN)/mypy

bench: .venv
	$(BIN)/python -m benchmarks

docs: .venv
	$(BIN)/twilio-pipeline reference docs/reference
	$(BIN)/twilio-pipeline topics list --yaml > deploy/topics.yaml

site: .venv
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

secrets:
	deploy/compose/make-secrets

compose: secrets
	docker compose up --build --detach

prove-image: .venv
	$(BIN)/python -m tests.deploy.image.prove dist/image

requirements:
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-header --no-annotate -o requirements.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --extra tracing --constraint requirements.txt \
		--generate-hashes --no-header --no-annotate -o deploy/requirements.txt pyproject.toml
	echo "hatchling>=1.27" | uv pip compile --quiet --universal --python-version 3.11 \
		--constraint requirements.txt --generate-hashes --no-header --no-annotate \
		-o deploy/requirements-build.txt -

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -prune -exec rm -rf {} +
