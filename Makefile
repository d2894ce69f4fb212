# One command surface for people and for CI: `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
STACK ?= dev
FORMAT ?= md
# Parts that `make setup` sees to; all of them by default. Without an engine of its own, a machine needs `node cli plugins`, and `portal` where one is declared.
SETUP ?=
PULUMI := tools/pulumi.sh '$(STACK)'

.PHONY: help setup demo demo-down preview drift preview-comment up refresh destroy tenant move restore export recover erase own-stacks copy drill drills update compose password capacity lifecycle test proofs test-unit lint workflows-lint ansible-lint code-lint format docs library pictures schema bench monitoring policies images engine engine-stop trust domains password-link portal portal-service portal-stop portal-token

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install or find everything that is needed, saying so; seconds when it is all there
	@setup/setup.sh $(SETUP)

demo: ## Bring up the environment `dev`: two tenants, each a running Odoo; without an engine, its host first
	@tools/demo.sh up

demo-down: ## Remove everything that `make demo` made, and stop the engine if `make` started it and nothing else runs on it
	@tools/demo.sh down

# A preview with changes is no failure of make; the exact code is in build/preview/STACK.json and is what the tool ends with.
preview: setup ## Summary of what `make up STACK=dev` would change, policy results included [FORMAT=json]
	@$(PULUMI) preview --format '$(FORMAT)' || [ $$? -eq 2 ]

drift: setup ## Like preview, against what really runs: fails when STACK differs from its configuration, or a customer's domain is lost
	@$(PULUMI) preview --format '$(FORMAT)' --refresh

preview-comment: ## Comment the summary on the pull request PULL_REQUEST of REPOSITORY, one comment a stack
	@tools/preview-comment.sh '$(STACK)'

up: setup ## Apply the configuration of STACK
	@$(PULUMI) up

refresh: setup ## Apply the configuration of STACK, and bring back what was changed by hand
	@$(PULUMI) up --refresh

destroy: setup ## Remove everything of STACK; refused while it has data of a tenant
	@$(PULUMI) destroy

tenant: setup ## Add a tenant to STACK's configuration: NAME=... [PLAN=...] [HOST=...]
	@node --require tsx/cjs tools/tenant.ts --stack '$(STACK)' --name '$(NAME)' $(if $(PLAN),--plan '$(PLAN)') $(if $(HOST),--host '$(HOST)')

move: setup ## Move a tenant with its data to another host of STACK: TENANT=... HOST=... [SLOT=...]; then TENANT=... CONFIRM=yes
	@$(PULUMI) move --tenant '$(TENANT)' $(if $(HOST),--host '$(HOST)') $(if $(SLOT),--slot '$(SLOT)') $(if $(CONFIRM),--confirm)

compose: setup ## Write a tenant out as a Compose file that runs the same containers: TENANT=... [FOLDER=...]
	@$(PULUMI) compose --tenant '$(TENANT)' $(if $(FOLDER),--folder '$(FOLDER)')

restore: setup ## Restore a tenant of STACK from its backups into new volumes: TENANT=... [AT="2026-11-26 10:15"] [FROM=offsite], or from Odoo's own dump: DUMP=acme.zip; then TENANT=... CONFIRM=yes, or UNDO=yes to go back; or what a host's service keeps, in place: SERVICE=edge|edge-wildcard|alertmanager|grafana HOST=... [AT=...]
	@$(if $(SERVICE),$(PULUMI) restore-service --service '$(SERVICE)' --host '$(HOST)' $(if $(AT),--at '$(AT)'),$(PULUMI) restore --tenant '$(TENANT)' $(if $(AT),--at '$(AT)') $(if $(FROM),--from '$(FROM)') $(if $(DUMP),--dump '$(abspath $(DUMP))') $(if $(CONFIRM),--confirm) $(if $(UNDO),--undo))

export: setup ## Write a tenant of STACK, its database and files as a pair, into a zip as Odoo's own database manager makes it: TENANT=... TO=acme.zip [AT="2026-11-26 10:15"]
	@$(PULUMI) export --tenant '$(TENANT)' --to '$(if $(TO),$(abspath $(TO)))' $(if $(AT),--at '$(AT)')

recover: setup ## A host of STACK is gone: restore all of its tenants from their copies to the machine in its place: HOST=... [FIRST=acme,globex] [AT=...] [IDENTITY=age-key.txt], and what was ordered there on its portal, or that alone: ORDERED=only
	@$(PULUMI) recover --host '$(HOST)' $(if $(ORDERED),--ordered '$(ORDERED)') $(if $(FIRST),--first '$(FIRST)') $(if $(AT),--at '$(AT)') $(if $(IDENTITY),--identity '$(abspath $(IDENTITY))')

own-stacks: setup ## Give each tenant of STACK, which has them all, a stack of its own (layout perTenant); containers and data stay as they are
	@$(PULUMI) own-stacks

erase: setup ## Destroy what opens the backups of a tenant that has left STACK, everywhere, and prove it: TENANT=... CONFIRM=(the name again) [IDENTITY=age-key.txt]
	@$(PULUMI) erase --tenant '$(TENANT)' --confirm '$(CONFIRM)' $(if $(IDENTITY),--identity '$(abspath $(IDENTITY))')

copy: setup ## Fill a staging copy of STACK (copyOf) from its tenant's backups, neutralised, or bring it anew: TENANT=... [AT="2026-11-26 10:15"]
	@$(PULUMI) copy --tenant '$(TENANT)' $(if $(AT),--at '$(AT)')

update: setup ## Update tenants of STACK with data to what is declared (addons, modules, image, PostgreSQL, Odoo release), rehearsed on a copy first: TENANT=..., or all tenants [CANARY=...] [WAVE=2]
	@$(PULUMI) update $(if $(TENANT),--tenant '$(TENANT)') $(if $(CANARY),--canary '$(CANARY)') $(if $(WAVE),--wave '$(WAVE)')

drill: setup ## Prove now that a tenant of STACK can be restored from its last backup: TENANT=... [FROM=offsite IDENTITY=age-key.txt], then from its copies and its keys in escrow alone
	@$(PULUMI) drills --tenant '$(TENANT)' $(if $(FROM),--from '$(FROM)') $(if $(IDENTITY),--identity '$(abspath $(IDENTITY))')

drills: setup ## When each tenant of STACK was last proven to be restorable, and what was wrong [FORMAT=json]; [FROM=offsite IDENTITY=age-key.txt] proves a quarter of them from the copies first
	@$(PULUMI) drills --format '$(if $(filter json,$(FORMAT)),json,text)' $(if $(FROM),--from '$(FROM)') $(if $(IDENTITY),--identity '$(abspath $(IDENTITY))')

password: setup ## Print the first admin password of a tenant, TENANT=..., or of a host's monitoring, HOST=...
	@$(PULUMI) password $(if $(HOST),--host '$(HOST)','$(TENANT)')

password-link: setup ## Print a link by which the administrator of a tenant sets his own password, once and within a day: TENANT=...
	@$(PULUMI) password-link --tenant '$(TENANT)'

domains: setup ## Prove by DNS that customers' domains are theirs, and note it in STACK's file: [TENANT=...] [RESOLVER=9.9.9.9]
	@$(PULUMI) domains $(if $(TENANT),--tenant '$(TENANT)') $(if $(RESOLVER),--resolver '$(RESOLVER)')

portal: setup ## Start the worker of STACK's portal as a process of this machine, or again with what is declared now
	@$(PULUMI) portal start

portal-service: setup ## Have systemd run the worker of STACK's portal: from the start of this machine on, and again after a failure; REMOVE=yes: no more
	@$(PULUMI) portal $(if $(REMOVE),no-service,service)

portal-stop: ## Stop the worker of STACK's portal; jobs that are under way get a minute
	@$(PULUMI) portal stop

portal-token: ## Print a new token of an operator for the API of STACK's portal: EMAIL=...
	@$(PULUMI) portal token '$(EMAIL)'

trust: setup ## Trust the authority of STACK's own edges on this machine, where certificates are internal
	@$(PULUMI) trust

capacity: setup ## How many more tenants fit on STACK's hosts, and what those there use [FORMAT=json]
	@$(PULUMI) capacity --format '$(if $(filter json,$(FORMAT)),json,text)'

lifecycle: ## What each tenant of STACK is meant to be now, why, and when that changes next [FORMAT=json]
	@setup/setup.sh node
	@node --require tsx/cjs tools/lifecycle.ts '$(STACK)' --format '$(if $(filter json,$(FORMAT)),json,text)'

test: ## Run all tests: unit, stand-ins and images, end to end on the real engine; a part: [SUITE=unit|policy|offline|ansible|e2e|portal|PATH] [WORKERS=3]
	@SUITE='$(SUITE)' tools/test.sh

proofs: ## Prove what takes long: [KILLS=20] kills lose no write older than a minute, and an `up` that is killed is made good by the next one; PostgreSQL from 15 to 17 and on to 18; full disks; bare hosts that fail, come and go, and are watched from another; examples in other languages; long cases of other files
	@KILLS='$(or $(KILLS),20)' SUITE=proofs tools/test.sh

test-unit: ## Run what needs neither engine nor secrets: unit and policy tests
	@setup/setup.sh node
	@npx jest --selectProjects unit $(if $(wildcard tests/policy),policy)

workflows-lint: ## Check the workflows with actionlint, and their security with zizmor
	@setup/actionlint.sh
	@setup/zizmor.sh --offline --quiet --no-progress --persona pedantic .github

ansible-lint: ## Check the Ansible tree with yamllint, ansible-lint and its own syntax check
	@setup/ansible-lint.sh

code-lint: ## Check types, code style, formatting and generated files
	@setup/setup.sh node
	@npx tsc --noEmit
	@setup/setup.sh portal
	@portal/node_modules/.bin/tsc -p portal
	@portal/node_modules/.bin/tsc -p portal/pages
	@npx eslint .
	@npx prettier --check --log-level warn .
	@node --require tsx/cjs tools/configuration-docs.ts --check
	@npx typedoc --emit none --logLevel Warn

lint: workflows-lint ansible-lint code-lint ## Check everything that needs no test: the three above

format: ## Format the code
	@npx prettier --write --log-level warn .

docs: ## Generate the documentation that is made from the code; the library's reference into docs/api
	@setup/setup.sh node
	@node --require tsx/cjs tools/configuration-docs.ts
	@npx typedoc --logLevel Warn

pictures: ## Take the pictures of the documentation again
	@setup/setup.sh node engine images portal
	@node --require tsx/cjs tools/pictures.ts
	@. build/env && tools/portal-pictures.sh docs/pictures

library: ## Pack the library for another team's project: build/odoo-fleet-VERSION.tgz
	@setup/setup.sh node
	@npm pack --silent --pack-destination build

schema: setup ## Generate the schema of the package for other languages, plugin/schema.json
	@. build/env && pulumi package get-schema ./plugin >build/schema.json && mv build/schema.json plugin/schema.json

bench: setup ## Measure; figures go to $$BENCH_OUT (default build/bench.json)
	@tools/bench.sh

monitoring: ## Render what monitoring of STACK reads into build/monitoring: rules, scrape and mail configuration
	@setup/setup.sh node
	@node --require tsx/cjs tools/monitoring.ts '$(STACK)'

policies: setup ## Print every rule of the policy pack as JSON
	@node --require tsx/cjs tools/policies.ts

images: ## Build stand-in base images for a machine without a registry
	@ODOO_FLEET_OFFLINE=1 setup/setup.sh node engine images

engine: ## Find a Docker engine or start one
	@setup/setup.sh engine

engine-stop: ## Stop the Docker engine if `make` started it
	@setup/engine.sh stop
