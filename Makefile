# Few commands; each does its own set-up. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test bench check format shots constraints services-up services-down

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

# A recipe line is one simple command, so that make runs it without a shell between and passes signals on.

run:  ## start the portal with demonstration data on 127.0.0.1 (PORT=8000)
	@scripts/venv run
	@.venv/bin/python -m scripts.run

test:  ## the whole suite: SQLite, PostgreSQL and Redis, Chromium (ARGS="tests/orgs -k draft")
	@scripts/venv dev
	@.venv/bin/python -m scripts.test $(ARGS)

bench:  ## benchmarks; writes benchmarks/latest.json (BENCH_ONLY=P1,P8 BENCH_SCALE=0.1)
	@scripts/venv run
	@.venv/bin/python -m benchmarks.run

check:  ## static checks: style, types, import directions, Django's own checks
	@scripts/venv dev
	@.venv/bin/python -m scripts.check

format:  ## put the Python code into the project's format
	@scripts/venv dev
	@.venv/bin/python -m ruff check --fix --quiet .
	@.venv/bin/python -m ruff format .

constraints:  ## write constraints.txt anew after a change of requirements
	@scripts/constraints

services-up:  ## throw-away PostgreSQL and Redis for trying things out
	@scripts/services up

services-down:  ## stop what services-up started
	@scripts/services down
