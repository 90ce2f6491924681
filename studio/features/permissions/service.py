"""What can be done with permissions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from studio.features.permissions import policy, store
from studio.features.permissions.models import (
    FolderDraft,
    Rule,
    RuleDraft,
    RuleList,
    Subject,
    TrustedFolder,
    TrustedFolders,
    Verdict,
)
from studio.features.permissions.programs import runs_others
from studio.features.permissions.shell import read_line
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import InvalidInput, NotFound
from studio.kit.ids import Ids
from studio.kit.kept import Kept
from studio.kit.paths import working_folder

MOST_VERDICTS = 1000


class Permissions:
    """The rules of this installation. `private_folder` is Studio's own data folder."""

    def __init__(self, db: Database, clock: Clock, ids: Ids, *, private_folder: Path) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._builtin = policy.list_builtin(str(private_folder.resolve()))
        self._rules = Kept(self._read_rules)
        self._verdicts: dict[tuple[Subject, ...], Verdict] = {}
        """What was decided by the rules as they are, for each call is judged twice."""
        self._judged_by: Sequence[Rule] = ()
        self._folders = Kept(lambda: self._db.read(store.list_folders))

    async def list(self) -> RuleList:
        """Return every rule, built-in ones first."""
        return RuleList(rules=list(await self._rules.get()))

    async def create(self, draft: RuleDraft) -> Rule:
        """Write a rule that overrules those before it.

        Raises:
            InvalidInput: its folder is none, or not given by its full path.
        """
        # Held against real paths, a folder spelled otherwise would never be the one that is meant.
        folder = None if draft.folder is None else str(_folder_of_rule(draft.folder))
        made = {"id": self._ids.create("rule"), "created_at": self._clock.stamp(), "folder": folder}
        rule = Rule.model_validate(draft.model_dump() | made)
        await self._db.write(store.insert_rule, rule)
        self._rules.forget()
        return rule

    async def delete(self, rule_id: str) -> None:
        """Remove a rule.

        Raises:
            NotFound: no rule that a person wrote has this id.
        """
        if not await self._db.write(store.delete_rule, rule_id):
            raise NotFound(f"No rule of yours has the id {rule_id!r}.")
        self._rules.forget()

    async def reset(self) -> None:
        """Go back to the built-in rules, and trust no folder."""
        await self._db.write(store.delete_rules)
        await self._db.write(store.delete_folders)
        self._rules.forget()
        self._folders.forget()

    async def decide(self, subjects: Sequence[Subject]) -> Verdict:
        """Return what the rules say of a call that touches `subjects`."""
        rules = await self._rules.get()
        if any(subject.kind == "command" for subject in subjects):
            # What a command may read is looked for on the disk.
            return await asyncio.to_thread(policy.decide, rules, subjects)
        if rules is not self._judged_by or len(self._verdicts) > MOST_VERDICTS:
            self._verdicts, self._judged_by = {}, rules
        asked = tuple(subjects)
        if asked not in self._verdicts:
            self._verdicts[asked] = policy.decide(rules, asked)
        return self._verdicts[asked]

    def is_builtin(self, verdict: Verdict) -> bool:
        """Return whether a verdict follows from a built-in rule, and not from one that a person wrote."""
        return any(rule.id == verdict.rule for rule in self._builtin)

    def programs_of(self, command: str) -> Sequence[str]:
        """Return the names of the programs that can be made out in a command line, each once.

        Of a program that runs others, every argument may be such a name.
        """
        commands = [words for words in read_line(command).commands if words]
        names = (name for words in commands for name in (words if runs_others(words[0]) else words[:1]))
        return list(dict.fromkeys(names))

    def may_run_files(self, command: str) -> bool:
        """Return whether a program of a command line may run any file it is given."""
        line = read_line(command)
        return not line.commands or any(runs_others(words[0]) for words in line.commands if words)

    def words_of(self, command: str) -> Sequence[str]:
        """Return the words of a command line, each once, as good as they can be made out."""
        return list(dict.fromkeys(read_line(command).words))

    async def list_folders(self) -> TrustedFolders:
        """Return the folders whose own instructions count."""
        return TrustedFolders(folders=await self._folders.get())

    async def trust(self, draft: FolderDraft) -> TrustedFolder:
        """Let the instructions of a folder, and of those below it, count.

        Raises:
            InvalidInput: there is no such folder, or it is the root of everything.
        """
        path = working_folder(draft.path)
        if path == Path(path.anchor):
            raise InvalidInput("The root of everything cannot be trusted. Name a folder below it.")
        folder = TrustedFolder(path=str(path), created_at=self._clock.stamp())
        await self._db.write(store.insert_folder, folder)
        self._folders.forget()
        return folder

    async def distrust(self, path: str) -> None:
        """Let the instructions of a folder count no longer.

        Raises:
            NotFound: it was not trusted by this name.
        """
        if not await self._db.write(store.delete_folder, path):
            raise NotFound(f"The folder {path!r} is not trusted.")
        self._folders.forget()

    async def trusts(self, folder: Path) -> bool:
        """Return whether the instructions of a folder count."""
        return any(folder.is_relative_to(one.path) for one in (await self.list_folders()).folders)

    async def _read_rules(self) -> Sequence[Rule]:
        return [*self._builtin, *await self._db.read(store.list_rules)]


def _folder_of_rule(path: str) -> Path:
    try:
        folder = Path(path).expanduser()
        if folder.is_absolute() and folder.is_dir():
            return folder.resolve()
    except (OSError, RuntimeError, ValueError):
        pass
    raise InvalidInput(f"'folder' must be a folder that exists, by its full path; {path!r} is not.")
