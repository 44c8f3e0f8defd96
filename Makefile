# SPDX-License-Identifier: AGPL-3.0-or-later
.PHONY: help run demo test lint bench messages clean
.DEFAULT_GOAL := help

# Each recipe is one command that make itself becomes, so that Ctrl-C and SIGTERM reach the node.

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## a working node on 127.0.0.1:8000 (PORT=8000 PACK=jo), portal and desk, data in var/
	@exec bin/run serve

demo: ## a demonstration node with nine stories and 500 replayed reports
	@exec bin/run demo

test: ## all tests, on SQLite and PostgreSQL, browser included (ARGS='tests/kernel -x' for a part)
	@exec bin/test $(ARGS)

lint: ## style, types, import contracts, templates, the repository's own rules
	@exec bin/lint

bench: ## measure, print a table, append to var/bench.jsonl (BENCH=name for one)
	@bin/setup test && exec .venv/bin/python -m benchmarks $(BENCH)

messages: ## collect the texts for translators into src/amana/locale (needs gettext)
	@exec bin/messages

clean: ## remove what can be made again; the node's data in var/ stays
	@rm -rf .venv .venv-newer build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find src -name '*.mo' -delete; find . -name __pycache__ -type d -prune -exec rm -rf {} +
