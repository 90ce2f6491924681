"""What can be done with permissions."""

from collections.abc import Sequence
from pathlib import Path

from studio.features.permissions import policy, store
from studio.features.permissions.models import Rule, RuleDraft, RuleList, Subject, Verdict
from studio.kit.clock import Clock
from studio.kit.db import Database
from studio.kit.errors import NotFound
from studio.kit.ids import Ids


class Permissions:
    """The rules of this installation. `private_folder` is Studio's own data folder."""

    def __init__(self, db: Database, clock: Clock, ids: Ids, *, private_folder: Path) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._builtin = policy.list_builtin(str(private_folder.resolve()))
        self._rules: list[Rule] | None = None

    async def list(self) -> RuleList:
        """Return every rule, built-in ones first."""
        return RuleList(rules=list(await self._all()))

    async def create(self, draft: RuleDraft) -> Rule:
        """Write a rule that overrules those before it."""
        rule = Rule(id=self._ids.create("rule"), created_at=self._clock.stamp(), **draft.model_dump())
        await self._db.write(store.insert_rule, rule)
        self._rules = None
        return rule

    async def delete(self, rule_id: str) -> None:
        """Remove a rule.

        Raises:
            NotFound: no rule that a person wrote has this id.
        """
        if not await self._db.write(store.delete_rule, rule_id):
            raise NotFound(f"No rule of yours has the id {rule_id!r}.")
        self._rules = None

    async def reset(self) -> None:
        """Go back to the built-in rules."""
        await self._db.write(store.delete_rules)
        self._rules = None

    async def decide(self, subjects: Sequence[Subject]) -> Verdict:
        """Return what the rules say of a call that touches `subjects`."""
        return policy.decide(await self._all(), subjects)

    async def _all(self) -> Sequence[Rule]:
        if self._rules is None:
            self._rules = [*self._builtin, *await self._db.read(store.list_rules)]
        return self._rules
