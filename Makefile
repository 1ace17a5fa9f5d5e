# Short names for the commands of CONTRIBUTING.md. The truth is in .ci/run.

.DEFAULT_GOAL := help
.PHONY: help test lint race integration all

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

test: ## build the driver and run its tests; they need no server
	bash .ci/run test

lint: ## check the form of the code and of the documents, in all modules
	bash .ci/run lint

race: ## run the driver's tests with the race detector
	bash .ci/run race

integration: ## run the tests against real Neo4j servers; they need JDK 17 and 25, and Maven
	bash .ci/run integration

all: ## everything that must hold before a change lands
	bash .ci/run
