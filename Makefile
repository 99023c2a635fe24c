# One word each; `make` alone lists them. Each sets up what it needs first, and says so.
.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench docs words screens doctor clean

bin := .venv/bin
ARGS ?=
PYTHON ?= python3
export PYTHON

help: ## list these
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## watch a simulated organisation have its say (ARGS="--no-browser --port 8765")
	@$(bin)/sayso demo $(ARGS)

test: .venv/ready ## every check and test: SQLite, PostgreSQL, a real browser
	@sh tools/test.sh

check: .venv/ready ## lint, format, types, import contracts, migrations
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports
	@SAYSO_DATA=$$(mktemp -d) SAYSO_HTTPS=0 SAYSO_DEMO=0 $(bin)/django-admin makemigrations --check --dry-run --settings sayso.settings

fix: .venv/ready ## mend what lint and format can mend
	$(bin)/ruff check --fix
	$(bin)/ruff format

bench: .venv/ready ## ours beside the field, every table of docs/benchmarks.md (PART=opinion ARGS="--seeds 1")
	@sh tools/setup.sh --group bench
	@for part in $(or $(PART),opinion groups estimates routing scale integrity roster directory); do \
		echo "== $$part"; $(bin)/python bench/$$part.py $(ARGS) || exit 1; done

docs: .venv/ready ## write the generated parts of the docs anew
	$(bin)/python tools/write_cli_reference.py
	$(bin)/python tools/write_doctor_reference.py

words: .venv/ready ## collect what is marked for translation, and make the catalogues the program reads
	$(bin)/python tools/catalogues.py

screens: .venv/ready ## every page in every state, as pictures in screens/
	$(bin)/python tools/screens.py $(ARGS)

doctor: .venv/ready ## what is wrong with an installation, and its mend
	@$(bin)/sayso doctor $(ARGS)

clean: ## remove everything these made (not data/)
	rm -rf .venv build dist screens .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: uv.lock pyproject.toml tools/setup.sh $(wildcard src/sayso/locale/*/LC_MESSAGES/*.po)
	@sh tools/setup.sh
