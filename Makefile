# Everything one does with a checkout. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
NPM := npm --prefix webui
PAGE := studio/static/index.html
PAGE_SOURCES := $(shell find webui/src webui/static -type f 2>/dev/null) \
	webui/package-lock.json webui/svelte.config.js webui/vite.config.ts
TEST := $(PYTHON) -m tests.offline $(PYTHON) -m pytest

.PHONY: check-program check-page prove-suite help setup run dev check format test pictures prove prove-kill prove-terminals prove-fuzz prove-shell prove-keyring prove-clients prove-lsp prove-mcp prove-skills prove-shots bench build lock clean runtime prove-data prove-workflows prove-window prove-postgres prove-binary prove-deb packages prove-schedules

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: webui/node_modules/.installed $(PAGE) ## install everything into .venv and webui/node_modules, build the page
	@packaging/setup.sh dev

runtime:
	@packaging/setup.sh runtime

run: runtime $(PAGE) ## start Studio and open its page
	@.venv/bin/studio

dev: setup ## start Studio and a page that follows every change of its sources
	@STUDIO_PORT=7420 .venv/bin/studio serve --no-open & server=$$!; trap 'kill $$server' EXIT; $(NPM) run dev

check: check-program check-page ## format, lint, types and import rules, of Python and of the page

check-program: setup
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	webui/node_modules/.bin/pyright --pythonpath $(PYTHON)
	.venv/bin/lint-imports --no-cache

check-page: setup
	$(NPM) run check
	$(NPM) run lint

format: setup ## bring every file into shape
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
	$(NPM) run format

test: setup ## every test of seconds and minutes, without network, two at a time
	@packaging/debian.sh chromium-headless-shell chromium-headless-shell fonts-dejavu-core
	@packaging/debian.sh sshd openssh-server
	@packaging/debian.sh vim vim
	@packaging/debian.sh top procps
	@$(PYTHON) -m compileall -q studio # hundreds of servers are started
	$(NPM) test
	$(TEST) -q -n 2 --dist worksteal -m "not long" tests

prove-suite: setup ## every test, also those that differ little from another and take long
	$(TEST) -q -n 2 --dist worksteal tests

pictures: setup ## take the pictures of the README anew
	PICTURES=1 $(TEST) -q tests/e2e/test_picture.py

prove-lsp: setup ## real language servers, installed into an empty folder (needs the network)
	@packaging/debian.sh clangd clangd
	@packaging/debian.sh shellcheck shellcheck
	PROVE_LSP=1 $(PYTHON) -m pytest -q -s tests/prove/test_language_servers.py

prove-mcp: setup ## real servers of the Model Context Protocol, from npm and PyPI (needs the network)
	PROVE_MCP=1 $(PYTHON) -m pytest -q -s tests/prove/test_mcp.py

prove-skills: setup ## the reference validator judges the corpus of skills, real Claude Code sees what is deployed (needs the network)
	@packaging/clients.sh
	@test -x build/skills-ref/bin/python || { python3 -m venv build/skills-ref && build/skills-ref/bin/pip install --quiet skills-ref==0.1.1; }
	$(TEST) -q -s tests/prove/test_skills.py

prove-data: setup ## write and remove N messages (N=100000), and see the database file shrink back
	N=$(or $(N),100000) $(TEST) -q -s tests/features/test_retention.py -k shrinks

prove-window: setup ## real windows with GTK and with Qt under Xvfb: a chat turn, links, a second start, close and reopen (needs the network)
	@packaging/window.sh
	PROVE_WINDOW=1 $(PYTHON) -m pytest -q -s tests/prove/test_window.py tests/prove/test_window_links.py

prove-shots: setup ## pictures of every screen in every theme, language and width, in build/shots
	@packaging/debian.sh chromium-headless-shell chromium-headless-shell fonts-dejavu-core
	rm -rf build/shots
	SHOTS=all $(TEST) -q tests/e2e/test_shots.py

prove: prove-suite prove-kill prove-workflows prove-postgres prove-schedules prove-data prove-terminals prove-fuzz prove-shell prove-keyring prove-clients prove-shots ## the long proofs at full count

prove-kill: setup ## SIGKILL at N random moments of turns (N=200)
	N=$(or $(N),200) $(TEST) -q -s tests/prove/test_kill.py

prove-workflows: setup ## SIGKILL at N random moments of a workflow of twelve steps (N=100)
	N=$(or $(N),100) $(TEST) -q -s tests/prove/test_workflows.py

prove-postgres: setup ## the same kills with workflows in PostgreSQL (N=100), and Studios that take over each other's runs
	@packaging/debian.sh pg_ctlcluster postgresql
	PROVE_POSTGRES=1 N=$(or $(N),100) $(TEST) -q -s tests/prove/test_postgres.py

prove-schedules: setup ## a real server over a change to summer time, a week of sleep and a kill, under Debian's faketime
	@packaging/debian.sh faketime faketime
	PROVE_SCHEDULES=1 $(TEST) -q -s tests/prove/test_schedules.py

prove-terminals: setup ## SIGKILL servers with terminals open, N times (N=50), and open and close 20 times as many
	N=$(or $(N),50) $(TEST) -q -s tests/features/test_terminals.py tests/features/test_keeper.py -k "kill_of or killed_owners" -o timeout=3600
	N=$$(( $(or $(N),50) * 20 )) $(TEST) -q tests/features -k "leaves_nothing_behind or leaks_no_descriptor" -o timeout=3600

prove-fuzz: setup ## N random requests to every endpoint (N=300)
	N=$(or $(N),300) $(TEST) -q -s tests/prove/test_fuzz.py

prove-shell: setup ## N random command lines under rules, run by a real bash (N=20000)
	N=$(or $(N),20000) $(TEST) -q -s tests/features/test_shell.py -k unasked -o timeout=3600

prove-keyring: setup ## keys in gnome-keyring on a session bus of its own: unlocked, locked, none
	@packaging/debian.sh gnome-keyring-daemon gnome-keyring
	@packaging/debian.sh dbus-run-session dbus-daemon
	$(TEST) -q tests/prove/test_keyring.py

prove-clients: setup ## real Claude Code and opencode, run by Studio and using it, without network (into build/clients)
	@packaging/clients.sh
	$(TEST) -q tests/prove/test_clients.py tests/prove/test_mcp_clients.py

bench: setup ## compare with peers and limits in one run, and print ratios
	@$(PYTHON) -m tests.benchmarks $(ONLY)

build: setup ## all that is given away: wheel, one-file program, Debian package, on Linux a folder with a window's engine (QT=0: none)
	@QT=$(QT) packaging/build.sh

prove-binary: setup ## the one-file program alone in an empty root: no Python, no Node, no network (builds it if need be)
	@packaging/debian.sh bwrap bubblewrap
	@test -x dist/studio || packaging/build.sh program
	@test ! -x dist/studio-window/studio || packaging/window.sh
	PROVE_BINARY=1 $(TEST) -q -s tests/prove/test_binary.py

packages: setup ## of what was built: a Debian package, what is in it as CycloneDX, and SHA-256 sums (builds the program if need be)
	@packaging/build.sh packages

prove-deb: setup ## the Debian package installed, its window opened, used, brought up to date with a terminal open, and removed (as root; builds it if need be)
	@packaging/debian.sh desktop-file-validate desktop-file-utils
	@packaging/debian.sh appstreamcli appstream
	@packaging/desktop.sh
	@test -x dist/studio || packaging/build.sh program
	@test -x build/cyclonedx/bin/python || { python3 -m venv build/cyclonedx && build/cyclonedx/bin/pip install --quiet "cyclonedx-python-lib[json-validation]>=11,<12"; }
	PROVE_DEB=1 $(TEST) -q -s tests/prove/test_deb.py

lock: ## pin the Python dependencies anew (needs uv)
	@packaging/lock.sh

clean: ## remove what was built and installed here
	rm -rf .venv build dist studio/static webui/node_modules webui/.svelte-kit .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

webui/node_modules/.installed: webui/package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "The page needs Node.js 20 with npm. Install it: sudo apt-get install nodejs npm" >&2; exit 1; }
	@echo "Installing the page's packages into webui/node_modules …"
	@$(NPM) ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

$(PAGE): webui/node_modules/.installed $(PAGE_SOURCES)
	@echo "Building the page …"
	@$(NPM) run build --silent
	@touch $@
