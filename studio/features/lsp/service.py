"""What can be asked about language servers, and asked of them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from studio.features.editors.models import ConfigChange
from studio.features.editors.service import Editors, project_folder
from studio.features.installs.models import Installation
from studio.features.installs.service import Installs, require_agreed
from studio.features.lsp.editor_entries import EDITORS, Entry
from studio.features.lsp.languages import count_files
from studio.features.lsp.models import (
    AutoInstall,
    AutoInstallRequest,
    EditorConfigRequest,
    Health,
    HealthList,
    HealthQuery,
    InstallRequest,
    Known,
    LanguageFound,
    Planned,
    RunningList,
    Server,
    ServerList,
)
from studio.features.lsp.places import Places
from studio.features.lsp.pool import Pool
from studio.features.lsp.registry import find_server, known_servers
from studio.features.lsp.server import LanguageServer
from studio.features.lsp.versions import version_of
from studio.kit.asking import AT_ONCE, Asking
from studio.kit.background import Background
from studio.kit.clock import Clock
from studio.kit.errors import Conflict, NotFound, StudioError
from studio.kit.ids import Ids

GREETING_SECONDS = 20.0
KNOWN_SECONDS = 30.0
"""How long it is believed whether any server is here: tools are listed with each question."""


class LanguageServers:
    """The language servers of this machine. `folder` is where Studio installs its own."""

    def __init__(
        self, background: Background, clock: Clock, ids: Ids, installs: Installs, editors: Editors, *, folder: Path
    ) -> None:
        self._clock = clock
        self._editors = editors
        self._installs = installs
        self.places = Places(folder)
        self._any: tuple[float, bool] | None = None
        self.pool = Pool(background, clock, ids, argv_of=self.places.argv_of)

    async def list(self) -> ServerList:
        """Return every language server that Studio knows of, and which of them are here."""
        asking = Asking()
        return ServerList(servers=await asyncio.gather(*(self._describe(known, asking) for known in known_servers())))

    async def check_health(self, query: HealthQuery) -> HealthList:
        """Start each server that is installed in an empty folder, greet it, and end it.

        Raises:
            NotFound: the server that was named is not known.
        """
        wanted = known_servers() if query.name is None else [find_server(query.name)]
        asking, places = Asking(), asyncio.Semaphore(AT_ONCE)
        return HealthList(servers=await asyncio.gather(*(self._check(known, asking, places) for known in wanted)))

    async def install(self, request: InstallRequest) -> Planned | Installation:
        """Install a language server; without `confirm`, tell what would be run and do nothing.

        Raises:
            NotFound: there is none of this name.
            Conflict: Studio knows no way here, or this is being done already.
            CommandChanged: what would be run is not what was agreed to.
        """
        known = find_server(request.name)
        planned = self._plan(known)
        if not request.confirm:
            return planned
        require_agreed(request.command, planned.command)
        if planned.needs:
            raise Conflict(f"{known.title} is installed by {planned.needs!r}, which is not here. Install that first.")
        return self._begin(known, planned)

    async def install_for_project(self, request: AutoInstallRequest) -> AutoInstall:
        """Install a language server for each language of a project; without `confirm`, tell what would be run.

        Raises:
            NotAllowed: the project does not lie in the home folder.
            InvalidInput: it is no folder.
            CommandChanged: what would be run is not what was agreed to.
        """
        place = await asyncio.to_thread(project_folder, Path.home(), request.project_dir)
        languages = await asyncio.to_thread(self._find_languages, place)
        missing = [find_server(one.server) for one in languages if one.server and not one.installed]
        planned = [self._plan(known) for known in _unique(missing)]
        begun = list[Installation]()
        if request.confirm:
            able = [one for one in planned if not one.needs]
            agreed = None if request.commands is None else "\n".join(request.commands)
            require_agreed(agreed, "\n".join(one.command for one in able))
            begun = [self._begin(find_server(one.name), one) for one in able]
        return AutoInstall(project_dir=str(place), languages=languages, planned=planned, installations=begun)

    async def configure_editor(self, request: EditorConfigRequest) -> ConfigChange:
        """Tell an editor about language servers; without `apply`, tell what would change in its file.

        Raises:
            NotFound: a server that was named is not known.
            NotAllowed: the project does not lie in the home folder.
            Conflict: no server is installed, or the file cannot be understood and is left as it is.
            InvalidInput: the editor has no such file.
        """
        editor = EDITORS[request.editor]
        entries = await asyncio.to_thread(self._entries, request.servers)
        return await self._editors.configure(
            editor.file,
            lambda text: editor.write(text, entries),
            project_dir=request.project_dir,
            apply=request.apply,
        )

    def _entries(self, names: Sequence[str] | None) -> list[Entry]:
        known = known_servers() if names is None else [find_server(name) for name in names]
        here = [one for one in known if self.places.find(one)]
        if names is not None and len(here) < len(known):
            missing = ", ".join(one.name for one in known if one not in here)
            raise Conflict(f"These are not installed here: {missing}.")
        if not here:
            raise Conflict("No language server is installed here. `studio lsp install NAME` installs one.")
        return [Entry(one, self.places.argv_of(one)) for one in here]

    async def list_running(self) -> RunningList:
        """Return the language servers that run, with their memory, and those that failed."""
        return RunningList(servers=list(await self.pool.measure()))

    async def stop(self, server_id: str) -> None:
        """End a running language server. The next question starts it anew.

        Raises:
            NotFound: there is none of this id.
        """
        if not await self.pool.stop(server_id):
            raise NotFound(f"No language server with the id {server_id!r} runs.")

    async def close(self) -> None:
        """End every language server."""
        await self.pool.close()

    def has_any(self) -> bool:
        """Return whether any language server is here, as of half a minute ago at most."""
        now = self._clock.monotonic()
        if self._any is None or now - self._any[0] >= KNOWN_SECONDS:
            self._any = now, any(map(self.places.find, known_servers()))
        return self._any[1]

    async def _describe(self, known: Known, asking: Asking) -> Server:
        path = await asyncio.to_thread(self.places.find, known)
        recipe = await asyncio.to_thread(self.places.recipe_of, known)
        version, error = await version_of(known, path, asking) if path else (None, "")
        return Server(
            name=known.name,
            title=known.title,
            languages=known.languages,
            installed=bool(path),
            path=path,
            version=version,
            error=error,
            install=recipe.install if recipe else None,
            runs_code=known.runs_code,
            home=known.home,
        )

    async def _check(self, known: Known, asking: Asking, places: asyncio.Semaphore) -> Health:
        described = await self._describe(known, asking)
        healthy, error, took = False, described.error, None
        if described.installed:
            async with places:
                began = self._clock.monotonic()
                error = await self._greet(known)
                healthy = not error
                took = round((self._clock.monotonic() - began) * 1000) if healthy else None
        found = described.model_dump() | {"error": error, "healthy": healthy, "startup_ms": took}
        return Health.model_validate(found)

    async def _greet(self, known: Known) -> str:
        """Start a server where there is nothing to read, and end it. Return what went wrong."""
        with tempfile.TemporaryDirectory(prefix="studio-lsp-", ignore_cleanup_errors=True) as folder:
            server = LanguageServer(known, await asyncio.to_thread(Path(folder).resolve))
            try:
                await server.start(self.places.argv_of(known), seconds=GREETING_SECONDS)
            except StudioError as error:
                return error.message
            await server.close()
        return ""

    def _plan(self, known: Known) -> Planned:
        recipe = self.places.recipe_of(known)
        if recipe is None:
            raise Conflict(f"Studio knows no way to install {known.title} here. {known.home} says more.")
        return Planned(
            name=known.name,
            title=known.title,
            manager=recipe.manager,
            command=recipe.command,
            argv=[list(step) for step in recipe.steps],
            needs=recipe.needs,
        )

    def _begin(self, known: Known, planned: Planned) -> Installation:
        was_whole = self.places.is_whole(known)

        async def clear_up(installation: Installation) -> None:
            if installation.exit_code != 0 and not was_whole:
                await asyncio.to_thread(shutil.rmtree, self.places.folder_of(known), ignore_errors=True)
            self.places.mark_whole(known)
            self._any = None

        installation = self._installs.start(known.name, planned.argv, manager=planned.manager, on_done=clear_up)
        self.places.mark_begun(known)
        return installation

    def _find_languages(self, folder: Path) -> list[LanguageFound]:
        counted = count_files(folder)
        return [self._serve(language, files) for language, files in counted.most_common()]

    def _serve(self, language: str, files: int) -> LanguageFound:
        servers = [known for known in known_servers() if language in known.languages]
        here = next((known for known in servers if self.places.find(known)), None)
        able = here or next((known for known in servers if self.places.recipe_of(known)), None)
        return LanguageFound(
            language=language, files=files, server=able.name if able else None, installed=here is not None
        )


def _unique(servers: Sequence[Known]) -> Sequence[Known]:
    return list({known.name: known for known in servers}.values())
