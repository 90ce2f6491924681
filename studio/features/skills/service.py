"""What can be done with skills."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from studio.features.editors.service import project_folder
from studio.features.permissions.service import Permissions
from studio.features.skills import bundles, deploying, judging, loading, matrix, store
from studio.features.skills.clients import TARGETS, list_folders, readers_of
from studio.features.skills.deploying import Ground, Known, Parcel
from studio.features.skills.finding import Finder, plugin_folders, projects_of
from studio.features.skills.front_matter import read_document
from studio.features.skills.library import Library
from studio.features.skills.listing import line_of, spell_listing
from studio.features.skills.loading import Loaded
from studio.features.skills.models import (
    SKILL_FILE,
    ClientList,
    DeployChange,
    Deployment,
    DeployPlan,
    DeployRequest,
    DryRun,
    DryRunRequest,
    ExportFile,
    ExportRequest,
    FileText,
    Found,
    Imported,
    ImportOptions,
    ImportRequest,
    Mode,
    OneSkill,
    Origin,
    Refusal,
    Removed,
    RestoreRequest,
    Root,
    SaveRequest,
    SkillDetail,
    SkillFileQuery,
    SkillList,
    SkillQuery,
    SkillValidation,
    StoredDeployment,
    Survey,
    SwitchRequest,
    UndeployRequest,
    ValidateRequest,
)
from studio.features.skills.trees import describe_files, hash_tree, read_text, read_tree, read_whole
from studio.features.skills.validation import count_tokens, is_name, list_problems
from studio.kit.archives import LARGEST_ARCHIVE, Member, read_zip, write_zip
from studio.kit.clock import Clock
from studio.kit.containment import contain, explain, open_regular
from studio.kit.db import Database
from studio.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, StudioError, TooLarge
from studio.kit.kept import Kept
from studio.kit.paths import working_folder

SHIPPED = Path(__file__).with_name("shipped")
EDITABLE = frozenset({"library", "personal", "project"})


class Skills:
    """The skills of this machine: those of Studio's own `library`, those that come with it, and those of others."""

    def __init__(self, db: Database, clock: Clock, permissions: Permissions, *, library: Path, backups: Path) -> None:
        self._db = db
        self._clock = clock
        self._permissions = permissions
        self._library = Library(clock, folder=library, backups=backups)
        self._finder = Finder()
        self._off = Kept(lambda: self._db.read(store.list_off))
        self._changing = asyncio.Lock()
        """One change at a time: each is planned by what it finds."""

    # What there is

    async def list(self, query: SkillQuery) -> SkillList:
        """Return the skills of this machine, and of a project, with the programs that see each."""
        survey = await self.survey(_folder(query.folder))
        described = await asyncio.to_thread(matrix.describe_all, survey)
        return SkillList(skills=described, problems=list(survey.problems))

    async def clients(self) -> ClientList:
        """Return the programs that read skills, and where."""
        described = await asyncio.to_thread(lambda: matrix.describe_clients(Path.home().resolve()))
        return ClientList(clients=described, targets=list(TARGETS))

    async def survey(self, folder: Path | None) -> Survey:
        """Return all skills, with those of the project that the real path `folder` belongs to."""
        home = await asyncio.to_thread(Path.home().resolve)
        projects = await asyncio.to_thread(projects_of, folder, home) if folder else []
        return await self._survey(home, projects, read_in=projects)

    async def _offered(self, folder: Path) -> Sequence[Found]:
        """Return the skills that whoever works in a real folder is told of. What is not trusted is not even read."""
        home = await asyncio.to_thread(Path.home().resolve)
        projects = await asyncio.to_thread(projects_of, folder, home)
        trusted = await self._trusted_among(projects)
        survey = await self._survey(home, projects, read_in=[project for project in projects if project in trusted])
        return survey.offered()

    async def _trusted_among(self, folders: Iterable[Path]) -> frozenset[Path]:
        return frozenset([folder for folder in folders if await self._permissions.trusts(folder)])

    async def _survey(self, home: Path, projects: Sequence[Path], *, read_in: Sequence[Path]) -> Survey:
        plugins = await asyncio.to_thread(plugin_folders, home)
        found, problems = await asyncio.to_thread(self._find, list_folders(home, read_in, plugins), projects)
        trusted = await self._trusted_among({one.ground for one in found if one.ground})
        return Survey(home, projects, plugins, found, trusted, await self._off.get(), problems)

    def _find(self, roots: Sequence[Root], projects: Sequence[Path]) -> tuple[Sequence[Found], Sequence[str]]:
        own = [Root(self._library.folder, "library")]
        ordered = [
            *(root for root in roots if root.scope == "project"),
            *own,
            *(root for root in roots if root.scope != "project"),
            Root(SHIPPED, "studio"),
        ]
        return self._finder.find(ordered, projects)

    async def get(self, name: str, query: OneSkill) -> SkillDetail:
        """Return one skill with all that can be said of it.

        Raises:
            NotFound: there is none of this name, or at this place.
        """
        survey = await self.survey(_folder(query.folder))
        one = _choose(survey, name, query.path)
        known = await self._known()
        return await asyncio.to_thread(self._detail, survey, one, known)

    def _detail(self, survey: Survey, one: Found, known: Known) -> SkillDetail:
        skill = next(
            described
            for described, found in zip(matrix.describe_all(survey), survey.found, strict=True)
            if found is one
        )
        members = read_tree(one.real)
        content = read_text(one.real, SKILL_FILE)
        document, tree_hash = read_document(content), hash_tree(members)
        origin = self._library.origin_of(one.name) if one.root.scope == "library" else None
        return SkillDetail(
            **skill.model_dump(),
            content=content,
            body=document.body.strip(),
            listing_tokens=count_tokens(line_of(one)),
            body_tokens=count_tokens(document.body),
            files=describe_files(members),
            tree_hash=tree_hash,
            all_problems=judging.with_files(list_problems(document, folder=one.real.name), content, members, one.real),
            places=[str(other.path) for other in survey.found if other.name == one.name],
            deployments=[_tell(own, survey.home) for own in known.values() if own.name == one.name],
            origin=origin,
            modified=origin is not None and origin.tree_hash != tree_hash,
            editable=_is_editable(survey, one),
        )

    async def read_file(self, name: str, query: SkillFileQuery) -> FileText:
        """Return a text file of a skill.

        Raises:
            NotFound, NotAllowed, InvalidInput, TooLarge: there is no such file in it, or it cannot be shown.
        """
        one = _choose(await self.survey(_folder(query.folder)), name, query.path)
        return FileText(path=query.file, content=await asyncio.to_thread(read_text, one.real, query.file))

    # What is changed

    async def save(self, name: str, body: SaveRequest) -> SkillDetail:
        """Save a text file of a skill, valid or not. Without a place it is one of Studio's own folder.

        Raises:
            NotFound: no skill of this name is at this place.
            NotAllowed: it cannot be changed there.
            Conflict: it was changed or removed since it was read, or is there and was not read.
        """
        async with self._changing:
            survey = await self.survey(_folder(body.folder))
            folder = _changeable(survey, name, body.path) if body.path else self._library.place_of(name)
            await asyncio.to_thread(self._save, folder, name, body)
        return await self.get(name, OneSkill(folder=body.folder, path=body.path or str(folder)))

    def _save(self, folder: Path, name: str, body: SaveRequest) -> None:
        is_there = os.path.lexists(folder / SKILL_FILE)
        if body.tree_hash and not is_there:
            raise Conflict(f"The skill {name!r} was removed since you opened it. Save it as a new one.")
        if is_there and not body.tree_hash:
            raise Conflict(f"There is a skill {name!r} already. Open it first, and save it with its 'tree_hash'.")
        if is_there and hash_tree(read_tree(folder)) != body.tree_hash:
            raise Conflict(f"The skill {name!r} was changed since you opened it. Open it again.")
        if not is_there and body.file != SKILL_FILE:
            raise NotFound(f"There is no skill {name!r} yet: it begins with its {SKILL_FILE}.")
        self._library.write_file(folder, body.file, body.content)
        if not is_there:
            self._library.forget_origin(name)

    async def remove(self, name: str) -> Removed:
        """Remove a skill from Studio's own folder. It becomes a backup.

        Raises:
            NotFound: there is none.
            Conflict: other programs are linked to it.
        """
        async with self._changing:
            place = self._library.place_of(name)
            linked = [own.path for own in (await self._known()).values() if own.source == str(place)]
            if links := [path for path in linked if await asyncio.to_thread(os.path.islink, path)]:
                where = ", ".join(f"'{path}'" for path in links)
                raise Conflict(f"The skill {name!r} is deployed as a link: {where}. Undeploy it first.")
            return Removed(name=name, backup=await asyncio.to_thread(self._library.remove, name))

    async def restore(self, request: RestoreRequest) -> SkillDetail:
        """Bring back a skill that was removed.

        Raises:
            NotFound: there is no such backup.
            Conflict: there is a skill of its name again.
        """
        async with self._changing:
            name = await asyncio.to_thread(self._library.restore, request.backup)
        return await self.get(name, OneSkill(path=str(self._library.place_of(name))))

    async def switch(self, request: SwitchRequest) -> SwitchRequest:
        """Tell Studio's own chat of a skill from now on, or no longer."""
        await self._db.write(store.switch, request.name, enabled=request.enabled)
        self._off.forget()
        return request

    # What is looked at

    async def validate(self, request: ValidateRequest) -> SkillValidation:
        """Judge a skill by the specification.

        Raises:
            NotFound: there is no skill of this name.
            InvalidInput: there is nothing to judge.
        """
        if request.content is not None:
            problems = await asyncio.to_thread(judging.judge_text, request.content, request.name)
        elif request.name:
            one = _choose(await self.survey(_folder(request.folder)), request.name, request.path)
            problems = await asyncio.to_thread(judging.judge_found, one)
        else:
            raise InvalidInput("Give the 'name' of a skill or the 'content' of one.")
        return SkillValidation(valid=all(one.severity != "error" for one in problems), problems=problems)

    async def dry_run(self, request: DryRunRequest) -> DryRun:
        """Say what would happen if an agent used a skill: what it would be told, and what is in it.

        Raises:
            NotFound: there is no skill of this name.
            InvalidInput: there is nothing to look at.
        """
        survey = await self.survey(_folder(request.folder))
        if request.content is not None:
            members = [Member(SKILL_FILE, request.content.encode(errors="replace"))]
            return await asyncio.to_thread(judging.try_skill, request, survey, members, request.name or None)
        if not request.name:
            raise InvalidInput("Give the 'name' of a skill or the 'content' of one.")
        one = _choose(survey, request.name, request.path)
        members = await asyncio.to_thread(read_tree, one.real)
        return await asyncio.to_thread(judging.try_skill, request, survey, members, one.real.name)

    # What a model is told

    async def describe(self, folder: Path) -> str:
        """Return the part of a system prompt that lists the skills of whoever works in a real folder."""
        return spell_listing(await self._offered(folder))

    async def load(self, name: str, folder: Path) -> Loaded:
        """Return what a model is given of a skill; those of projects that are not trusted are not there."""
        return await asyncio.to_thread(loading.load, await self._offered(folder), name)

    async def find_file(self, name: str, file: str, folder: Path) -> Path | None:
        """Return the real place of a file of a skill that a model may load; None where none would be read."""
        one = next((one for one in await self._offered(folder) if one.name == name), None)
        try:
            return await asyncio.to_thread(contain, one.real, file) if one else None
        except NotAllowed:
            return None

    def is_own(self, place: Path) -> bool:
        """Return whether a real place lies in Studio's own folder of skills."""
        return place.is_relative_to(os.path.realpath(self._library.folder))

    async def load_file(self, name: str, file: str, folder: Path) -> str:
        """Return a text file of a skill that a model may load.

        Raises:
            NotFound, NotAllowed, InvalidInput, TooLarge: there is no such skill or file, or it is no text.
        """
        one = loading.find_offered(await self._offered(folder), name)
        return await asyncio.to_thread(loading.load_file, one, file)

    # What goes to other programs

    async def deploy(self, request: DeployRequest) -> DeployPlan:
        """Put a skill where programs look for it, by a link or as a copy; or tell what would be written.

        Raises:
            NotFound: there is no skill of this name.
            NotAllowed: it belongs to a project that is not trusted, or the project does not lie in the home folder.
            InvalidInput: it shall be copied, and has no SKILL.md of its own.
        """
        async with self._changing:
            ground = await self._ground(request.project_dir)
            survey = await self.survey(ground.project)
            one = _choose(survey, request.name, request.path)
            if not survey.is_trusted(one):
                raise NotAllowed(f"The skill {one.name!r} is of the folder '{one.ground}', which is not trusted.")
            # What comes with Studio goes away with its version; a link to it would lead nowhere.
            mode: Mode = "copy" if one.root.scope == "studio" else request.mode
            read = read_whole if mode == "copy" else read_tree
            parcel = Parcel(one.name, one.real, await asyncio.to_thread(read, one.real), mode)
            known = await self._known()
            changes = await asyncio.to_thread(deploying.plan_deploy, parcel, ground, request.targets, known)
            notes = await asyncio.to_thread(judging.list_notes, one, parcel, ground, request)
            if request.apply:
                changes = [await self._deploy(parcel, ground, change, known) for change in changes]
        return DeployPlan(name=one.name, changes=changes, notes=notes, applied=request.apply)

    async def _deploy(self, parcel: Parcel, ground: Ground, change: DeployChange, known: Known) -> DeployChange:
        if change.action not in {"link", "copy"}:
            return change
        own, now = known.get(change.path), self._clock.stamp()
        try:
            done = await asyncio.to_thread(deploying.deploy, parcel, ground, change, own, now)
        except StudioError as error:
            return change.model_copy(update={"action": "refuse", "reason": error.message})
        await self._db.write(store.save_deployment, done)
        return change

    async def undeploy(self, request: UndeployRequest) -> DeployPlan:
        """Take back what was deployed, and nothing else; or tell what would be removed.

        Raises:
            NotAllowed: the project does not lie in the home folder.
        """
        async with self._changing:
            ground, known = await self._ground(request.project_dir), await self._known()
            changes = await asyncio.to_thread(deploying.plan_undeploy, request.name, ground, request.targets, known)
            if request.apply:
                changes = [await self._undeploy(ground, change) for change in changes]
        return DeployPlan(name=request.name, changes=changes, notes=[], applied=request.apply)

    async def _undeploy(self, ground: Ground, change: DeployChange) -> DeployChange:
        if change.action != "remove":
            return change
        # What was taken back just before may have left it the folders that were made.
        known = await self._known()
        try:
            left = await asyncio.to_thread(deploying.undeploy, ground, known[change.path])
        except StudioError as error:
            return change.model_copy(update={"action": "refuse", "reason": error.message})
        heirs = deploying.inherit(left, known, change.path)
        await self._db.write(store.delete_deployment, change.path, heirs=heirs)
        return change

    async def _ground(self, project_dir: str | None) -> Ground:
        home = await asyncio.to_thread(Path.home().resolve)
        project = await asyncio.to_thread(project_folder, home, project_dir) if project_dir else None
        return Ground(home, project if project != home else None)

    async def _known(self) -> Known:
        return {own.path: own for own in await self._db.read(store.list_deployments)}

    # What comes and goes as an archive

    async def export(self, request: ExportRequest) -> ExportFile:
        """Pack skills into one archive.

        Raises:
            NotFound: there is none of one of these names.
            InvalidInput: one has no SKILL.md of its own.
            TooLarge: the archive could not be imported again.
        """
        survey = await self.survey(None)
        chosen = {name: _choose(survey, name, "").real for name in request.names}
        data = await asyncio.to_thread(_pack, chosen)
        if len(data) > LARGEST_ARCHIVE:
            raise TooLarge("The archive would be too large to be imported again. Export fewer skills at once.")
        # It goes into a header.
        is_plain = len(chosen) == 1 and is_name(request.names[0]) and request.names[0].isascii()
        name = f"{request.names[0]}.zip" if is_plain else "skills.zip"
        return ExportFile(name=name, content=data)

    async def import_archive(self, data: bytes, options: ImportOptions) -> Imported:
        """Take the skills of a zip archive into Studio's own folder; or tell what would be taken.

        Raises:
            ArchiveRefused, TooLarge: the archive as a whole is refused.
        """
        members = await asyncio.to_thread(read_zip, data)
        return await self._import(members, options)

    async def import_path(self, request: ImportRequest) -> Imported:
        """Take skills of an archive or a folder in the home folder.

        Raises:
            NotAllowed: it does not lie in the home folder.
            NotFound, InvalidInput, ArchiveRefused, TooLarge: it cannot be taken.
        """
        members = await asyncio.to_thread(_read_source, Path.home().resolve(), request.path)
        return await self._import(members, request.model_copy(update={"source": request.source or request.path}))

    async def _import(self, members: Sequence[Member], options: ImportOptions) -> Imported:
        async with self._changing:
            offered = await asyncio.to_thread(bundles.split, members)
            plan = await asyncio.to_thread(bundles.plan_import, offered, self._library, options)
            imported, refused = list[str](), list(plan.refused)
            for one in plan.taken if options.apply else ():
                if refusal := await self._take(one, options.source or "upload"):
                    refused.append(refusal)
                else:
                    imported.append(one.skill.name)
        return Imported(imported=imported, refused=refused, skills=list(plan.skills), applied=options.apply)

    async def _take(self, one: bundles.Taken, source: str) -> Refusal | None:
        """Put a skill into Studio's own folder. Return why it is not there, if it could not be."""
        name = one.skill.name
        if one.skill.action == "keep":
            return None
        origin = Origin(source=source, tree_hash=one.skill.tree_hash, imported_at=self._clock.stamp())
        try:
            await asyncio.to_thread(self._library.put, name, one.members, origin)
        except StudioError as error:
            return Refusal(name=name, reason=error.message)
        except OSError as error:
            return Refusal(name=name, reason=explain(error, name).message)
        return None


def _folder(path: str) -> Path | None:
    return working_folder(path, name="folder") if path else None


def _pack(chosen: Mapping[str, Path]) -> bytes:
    return write_zip(bundles.pack({name: read_whole(real) for name, real in chosen.items()}))


def _choose(survey: Survey, name: str, path: str) -> Found:
    """Return the skill of a name that is meant: that at `path`, else the one that the chat would take, else the first.

    Raises:
        NotFound: there is none.
    """
    named = [one for one in survey.found if one.name == name]
    if path:
        # What it calls itself may have been changed to something else than its folder's name.
        found = [one for one in survey.found if str(one.path) == path and name in {one.name, one.path.name}]
    else:
        found = [*(one for one in named if survey.is_trusted(one) and one.is_usable), *named]
    if not found:
        where = f" at '{path}'" if path else ""
        raise NotFound(f"There is no skill {name!r}{where}.")
    return found[0]


def _is_editable(survey: Survey, one: Found) -> bool:
    scope = one.root.scope
    return scope in EDITABLE and survey.is_trusted(one) and (scope == "library" or one.real.is_relative_to(survey.home))


def _changeable(survey: Survey, name: str, path: str) -> Path:
    one = _choose(survey, name, path)
    if not _is_editable(survey, one):
        raise NotAllowed(f"The skill at '{path}' cannot be changed there. Save it into Studio's own folder.")
    return one.real


def _tell(own: StoredDeployment, home: Path) -> Deployment:
    return Deployment(
        path=own.path,
        source=own.source,
        mode=own.mode,
        clients=readers_of(Path(own.path).parent, home),
        intact=deploying.is_intact(own),
        created_at=own.created_at,
    )


def _read_source(home: Path, path: str) -> list[Member]:
    place = contain(home, path)
    if place.is_dir():
        return read_tree(place)
    with os.fdopen(open_regular(home, place, path), "rb") as file:
        return read_zip(file.read(LARGEST_ARCHIVE + 1))
