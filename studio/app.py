"""Put the parts together. The only module that knows every feature."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

import studio
from studio.features.accounts import routes as accounts_routes
from studio.features.accounts.service import Accounts
from studio.features.agents import tools as agents_tools
from studio.features.agents.service import Agents
from studio.features.approvals import routes as approvals_routes
from studio.features.approvals.models import Approval
from studio.features.approvals.service import Approvals
from studio.features.backups import routes as backups_routes
from studio.features.backups.service import Backups
from studio.features.chat import routes as chat_routes
from studio.features.chat import tools as chat_tools
from studio.features.chat.prompt import describe_work
from studio.features.chat.service import Chat
from studio.features.compactions import routes as compactions_routes
from studio.features.compactions.service import Compactions
from studio.features.conversations.service import Conversations
from studio.features.credentials import routes as credentials_routes
from studio.features.credentials.service import Secrets
from studio.features.dashboard import routes as dashboard_routes
from studio.features.dashboard.service import Dashboard
from studio.features.editors.service import Editors
from studio.features.exports import routes as exports_routes
from studio.features.exports.service import Exports
from studio.features.files import routes as files_routes
from studio.features.files import tools as files_tools
from studio.features.files.service import Files
from studio.features.installs import routes as installs_routes
from studio.features.installs.service import Installs
from studio.features.licences import routes as licences_routes
from studio.features.licences.service import Licences
from studio.features.lsp import routes as lsp_routes
from studio.features.lsp import tools as lsp_tools
from studio.features.lsp.intelligence import Intelligence
from studio.features.lsp.service import LanguageServers
from studio.features.mcp import routes as mcp_routes
from studio.features.mcp import tools as mcp_tools
from studio.features.mcp.service import McpServers
from studio.features.mcp_clients import routes as mcp_clients_routes
from studio.features.mcp_clients.service import McpClients
from studio.features.mcp_server import routes as mcp_server_routes
from studio.features.mcp_server import tools as mcp_server_tools
from studio.features.mcp_server.service import McpServer
from studio.features.permissions import routes as permissions_routes
from studio.features.permissions.models import RuleDraft, Verdict
from studio.features.permissions.service import Permissions
from studio.features.plans import routes as plans_routes
from studio.features.plans.service import Plans
from studio.features.programs import routes as programs_routes
from studio.features.programs.service import Programs
from studio.features.providers import routes as providers_routes
from studio.features.providers.service import Providers
from studio.features.retention import routes as retention_routes
from studio.features.retention.service import Retention
from studio.features.runs import routes as runs_routes
from studio.features.runs.jobs.scheduled import WorkflowTarget
from studio.features.runs.jobs.worker import RunWorker
from studio.features.runs.service import LOCAL, Runs
from studio.features.schedules import routes as schedules_routes
from studio.features.schedules.service import Schedules
from studio.features.settings import routes as settings_routes
from studio.features.settings.service import Settings
from studio.features.skills import routes as skills_routes
from studio.features.skills import tools as skills_tools
from studio.features.skills.service import Skills
from studio.features.ssh import routes as ssh_routes
from studio.features.ssh.service import Ssh
from studio.features.system import routes as system_routes
from studio.features.system.service import System
from studio.features.terminals import tools as terminals_tools
from studio.features.terminals.routes import agents as terminals_agents
from studio.features.terminals.routes import workbench as terminals_workbench
from studio.features.terminals.service import Terminals
from studio.features.tools import routes as tools_routes
from studio.features.tools.models import Source, ToolCall, ToolContext
from studio.features.tools.service import Toolbox
from studio.features.usage import routes as usage_routes
from studio.features.usage.service import Ledger
from studio.features.web import tools as web_tools
from studio.features.web.service import Web
from studio.features.workflows.service import Workflows
from studio.kit.background import Background
from studio.kit.clock import Clock
from studio.kit.db import Database, open_database
from studio.kit.events import Bus
from studio.kit.ids import Ids
from studio.kit.paths import DataFolder
from studio.kit.principals import Principals
from studio.kit.secrets import Keyring
from studio.kit.shared import SharedDatabase
from studio.kit.tickets import Tickets
from studio.kit.transactions import Transactions
from studio.wire.access import Access
from studio.wire.binding import Services
from studio.wire.dialects.flat import Flat
from studio.wire.documents import list_places
from studio.wire.gate import Gate, content_security_policy
from studio.wire.limits import Attempts
from studio.wire.openapi import ApiDescription
from studio.wire.router import Router
from studio.wire.sockets import Doorman
from studio.wire.static import STATIC, Pages

TABLES = [
    *settings_routes.TABLES,
    *credentials_routes.TABLES,
    *usage_routes.TABLES,
    *permissions_routes.TABLES,
    *approvals_routes.TABLES,
    *accounts_routes.TABLES,
    *providers_routes.TABLES,
    *tools_routes.TABLES,
    *files_routes.TABLES,
    *ssh_routes.TABLES,
    *terminals_workbench.TABLES,
    *terminals_agents.TABLES,
    *programs_routes.TABLES,
    *installs_routes.TABLES,
    *system_routes.TABLES,
    *licences_routes.TABLES,
    *backups_routes.TABLES,
    *lsp_routes.TABLES,
    *skills_routes.TABLES,
    *mcp_routes.TABLES,
    *mcp_clients_routes.TABLES,
    *compactions_routes.TABLES,
    *chat_routes.TABLES,
    *retention_routes.TABLES,
    *exports_routes.TABLES,
    *schedules_routes.TABLES,
    *runs_routes.TABLES,
    *plans_routes.TABLES,
    *dashboard_routes.TABLES,
    *mcp_server_routes.TABLES,
]

ABOUT_THE_CHAT = frozenset({"todo", "find_tools"})
"""Tools that mean something in a conversation of Studio only."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is: its data folder, the port it listens on, and the owner's token.

    `database_url` is that of the PostgreSQL database which keeps workflows and their runs; None: the data folder does.
    """

    folder: DataFolder
    port: int
    token: str
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    database_url: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Where the page lives."""
        return f"http://127.0.0.1:{self.port}" if self.port != 80 else "http://127.0.0.1"


async def create_services(db: Database, place: Place, shared: Transactions | None = None) -> Services:
    """Build every feature over an open database, in build order, and introduce them to each other.

    `shared` is the database of workflows where several Studios have one.
    """
    clock, ids, folder = place.clock, place.ids, place.folder
    bus, background = Bus(), Background()
    principals = Principals(bus)
    access = Access(principals, port=place.port)

    settings = Settings(db, bus, clock)
    keyring = Keyring(f"studio-{await settings.installation()}")
    secrets = Secrets(db, clock, keyring=keyring, key_file=folder.master_key)
    ledger = Ledger(db, clock, ids)
    permissions = Permissions(db, clock, ids, private_folder=folder.path)
    approvals = Approvals(db, bus, clock, ids)
    accounts = Accounts(db, clock, principals, address=place.address)
    providers = Providers(db, bus, clock, secrets, ledger)
    toolbox = Toolbox(approvals)
    files = Files(permissions, clock)
    web = Web(settings)
    agents = Agents()
    ssh = Ssh(db, background, clock, ids, secrets)
    terminals = Terminals(db, background, clock, ids, settings=settings, ssh=ssh, folder=folder.terminals)
    tickets = Tickets(clock.monotonic)
    programs = Programs(background, clock)
    installs = Installs(background, bus, clock, ids, programs)
    editors = Editors(clock, backups=folder.path / "backups" / "editors")
    language_servers = LanguageServers(background, clock, ids, installs, editors, folder=folder.language_servers)
    mcp_clients = McpClients(editors, address=place.address, folder=folder.path)
    intelligence = Intelligence(language_servers.places, language_servers.pool, permissions)
    skills = Skills(db, clock, permissions, library=folder.skills, backups=folder.path / "backups" / "skills")
    mcp_servers = McpServers(
        db,
        background,
        clock,
        secrets=secrets,
        settings=settings,
        approvals=approvals,
        toolbox=toolbox,
        clients=mcp_clients,
        folder=folder.mcp,
    )
    system = System(db, clock, programs, folder=folder.path)
    licences = Licences(STATIC / "licences.json")
    backups = Backups(folder, clock)
    conversations = Conversations(
        db, bus, clock, ids, images=folder.images, context_window_of=providers.context_window_of
    )
    compactions = Compactions(db, bus, clock, ids, conversations=conversations, providers=providers)
    chat = Chat(
        background=background,
        bus=bus,
        clock=clock,
        settings=settings,
        approvals=approvals,
        providers=providers,
        toolbox=toolbox,
        conversations=conversations,
        compactions=compactions,
        expand=partial(_expand, files, mcp_servers),
        ledger=ledger,
    )

    workflows = Workflows(shared or db, clock, ids)
    plans = Plans(workflows, providers, toolbox)
    runs = Runs(
        shared or db,
        bus,
        clock,
        ids,
        workflows=workflows,
        approvals=approvals,
        installation=await settings.installation() if shared else LOCAL,
    )
    run_worker = RunWorker(
        runs,
        shared or db,
        bus,
        background,
        clock,
        workflows=workflows,
        toolbox=toolbox,
        approvals=approvals,
        providers=providers,
        settings=settings,
        address=place.database_url or f"sqlite:///{folder.work}",
    )
    system.counts |= {"workflows": runs.count} if shared else {}
    schedules = _schedule_runs(Schedules(db, background, clock, ids), workflows, runs)
    retention = Retention(
        clock,
        settings=settings,
        conversations=conversations,
        chat=chat,
        backups=backups,
        runs=runs,
        schedules=schedules,
    )
    dashboard = Dashboard(
        bus,
        system=system,
        programs=programs,
        providers=providers,
        approvals=approvals,
        terminals=terminals,
        conversations=conversations,
        runs=runs,
    )

    exports = Exports(conversations, approvals, clock)
    offered = _offer(toolbox, approvals, cache(partial(mcp_server_tools.list_tools, conversations, exports)))
    mcp_server = McpServer(background, offered, approvals, principals, ids)

    accounts.admit_owner(place.token)
    settings.on_reset += [permissions.reset, providers.reset]
    approvals.on_always.append(partial(_write_rules, permissions))
    approvals.checks["workflow"] = runs.check_answer
    _fill_toolbox(
        toolbox,
        agents=agents,
        files=files,
        intelligence=intelligence,
        language_servers=language_servers,
        mcp_servers=mcp_servers,
        permissions=permissions,
        settings=settings,
        skills=skills,
        system=system,
        web=web,
    )
    return Services(
        *(principals, access, Doorman(access, bus, tickets), Attempts(clock.monotonic), bus, background, tickets),
        *(
            settings,
            secrets,
            ledger,
            permissions,
            approvals,
            accounts,
            providers,
            toolbox,
            files,
            web,
            agents,
            ssh,
            terminals,
            programs,
            installs,
            language_servers,
            intelligence,
            skills,
            mcp_servers,
            mcp_clients,
            system,
            licences,
            backups,
        ),
        *(
            conversations,
            compactions,
            chat,
            retention,
            exports,
            schedules,
            workflows,
            plans,
            runs,
            run_worker,
            dashboard,
            mcp_server,
        ),
        ApiDescription(TABLES, version=studio.__version__, address=place.address),
    )


def _fill_toolbox(
    toolbox: Toolbox,
    *,
    agents: Agents,
    files: Files,
    intelligence: Intelligence,
    language_servers: LanguageServers,
    mcp_servers: McpServers,
    permissions: Permissions,
    settings: Settings,
    skills: Skills,
    system: System,
    web: Web,
) -> None:
    """Let the tool loop call what other features can do, under their rules, and tell it what they know."""
    # Reading a signature takes a millisecond: once, and not before somebody asks for tools.
    toolbox.sources += [
        cache(partial(files_tools.list_tools, files)),
        cache(partial(terminals_tools.list_tools, permissions)),
        cache(partial(web_tools.list_tools, web, permissions)),
        cache(partial(agents_tools.list_tools, agents)),
        lsp_tools.Offer(language_servers, intelligence),
        cache(partial(skills_tools.list_tools, skills)),
        mcp_tools.Offer(mcp_servers),
        cache(chat_tools.list_tools),
    ]
    toolbox.guards += [partial(_judge, permissions), partial(skills_tools.judge_file, skills, permissions)]
    toolbox.remarks.append(partial(lsp_tools.comment_on_edit, intelligence))
    toolbox.context += [
        describe_work,
        system.describe,
        partial(_describe_skills, skills),
        partial(_describe_folder, files),
        partial(_describe_person, settings),
    ]


def _schedule_runs(schedules: Schedules, workflows: Workflows, runs: Runs) -> Schedules:
    """Let schedules begin runs of workflows, as long as there are these."""
    schedules.targets["workflow"] = WorkflowTarget(workflows, runs)
    runs.on_deleted.append(partial(schedules.forget, "workflow"))
    return schedules


def _offer(toolbox: Toolbox, approvals: Approvals, more: Source) -> Toolbox:
    """Return what other programs are offered, under the same rules: the tools of the chat, and `more`."""
    offered = Toolbox(approvals)
    offered.sources += [
        lambda: [tool for name, tool in toolbox.tools().items() if name not in ABOUT_THE_CHAT],
        more,
    ]
    offered.guards, offered.observers, offered.remarks = toolbox.guards, toolbox.observers, toolbox.remarks
    return offered


async def _judge(permissions: Permissions, call: ToolCall) -> Verdict:
    return await permissions.decide(call.subjects)


async def _write_rules(permissions: Permissions, approval: Approval) -> None:
    """Never ask this again: allow exactly what was shown."""
    for rule in approval.detail["rules"]:
        await permissions.create(RuleDraft.model_validate(rule))


async def _expand(files: Files, servers: McpServers, text: str, folder: Path) -> str:
    """Write out what a message mentions: resources of servers, and files."""
    return await servers.content.expand(text, lambda rest: files.expand(rest, folder))


async def _describe_person(settings: Settings, context: ToolContext) -> str:
    del context
    return await settings.describe_person()


async def _describe_skills(skills: Skills, context: ToolContext) -> str:
    return await skills.describe(context.cwd)


async def _describe_folder(files: Files, context: ToolContext) -> str:
    return await files.instructions_of(context.cwd)


class App:
    """The whole server as an ASGI app, gate outermost."""

    def __init__(self, services: Services, place: Place) -> None:
        pages = Pages(STATIC, address=place.address)
        router = Router(TABLES, services, dialect=Flat(), pages=pages, reserved=list_places())
        self.services = services
        self.gate: ASGIApp = Gate(
            router,
            port=place.port,
            largest_body=router.largest_body,
            is_page=router.is_page,
            policy=content_security_policy(pages.script_hashes),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await self.gate(scope, receive, send)

    async def close(self) -> None:
        """Interrupt every turn and every call of a tool, so that whoever waits for them has an answer."""
        await self.services[Chat].close()
        await self.services[Toolbox].close()
        await self.services[McpServer].close()
        await self.services[RunWorker].close()


@asynccontextmanager
async def _shared_database(place: Place) -> AsyncGenerator[SharedDatabase | None, None]:
    """Bring the database that several Studios share, where there is one. It need not answer yet."""
    if place.database_url is None:
        yield None
        return
    shared = SharedDatabase(place.database_url)
    try:
        yield shared
    finally:
        await shared.close()


@asynccontextmanager
async def running_app(place: Place) -> AsyncGenerator[App, None]:
    """Open the database, build the app, and run what runs beside requests, until the block is left."""
    async with open_database(place.folder.database) as db, _shared_database(place) as shared:
        services = await create_services(db, place, shared)
        background, chat, accounts = services[Background], services[Chat], services[Accounts]
        await chat.recover()
        await accounts.restore()
        await services[McpServers].load()
        background.start(chat.watch(), name="resume answers")
        background.start(accounts.watch(), name="end sessions")
        background.start(services[Approvals].watch(), name="sweep the inbox")
        background.start(services[Conversations].watch(), name="give space back")
        background.start(services[Retention].watch(), name="keep data as long as wanted")
        background.start(services[Terminals].watch(), name="watch terminals")
        background.start(services[McpServers].start(), name="connect to servers")
        background.start(services[RunWorker].begin(), name="go on with workflows")
        background.start(services[Schedules].watch(), name="begin what is due")
        try:
            yield App(services, place)
        finally:
            await chat.close()
            await services[RunWorker].close()
            await services[Terminals].disconnect()
            await services[Ssh].close()
            await services[LanguageServers].close()
            await services[McpServers].close()
            await background.close()
            services[Providers].close()
