"""Putting a skill into the folders of other programs, and taking back exactly what was put there."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from studio.features.skills.clients import CLIENTS
from studio.features.skills.models import ClientName, DeployChange, Mode, StoredDeployment
from studio.features.skills.trees import hash_tree, is_exactly
from studio.kit.archives import Member, write_tree
from studio.kit.clock import Timestamp
from studio.kit.containment import contain, explain, folder_of
from studio.kit.errors import NotAllowed, StudioError

log = logging.getLogger(__name__)

CHANGED = "What Studio put there was changed since. It is left alone."


@dataclass(frozen=True, slots=True)
class Parcel:
    """A skill that is put somewhere: where it really lies, and its files."""

    name: str
    source: Path
    members: Sequence[Member]
    mode: Mode

    @property
    def tree_hash(self) -> str:
        """The hash of its files."""
        return hash_tree(self.members)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where skills are put: below the real home folder, or that of a project in it."""

    home: Path
    project: Path | None = None

    @property
    def root(self) -> Path:
        """The folder that nothing leaves."""
        return self.project or self.home

    def places(self, name: str, targets: Sequence[ClientName]) -> Mapping[Path, list[ClientName]]:
        """Return where a skill of this name goes, each place once, and for whom."""
        places = dict[Path, list[ClientName]]()
        for target in dict.fromkeys(targets):
            client = CLIENTS.get(target)
            if client is None:
                raise NotAllowed("Studio itself sees every skill already: nothing has to be put anywhere.")
            folder = client.personal[0] if self.project is None else client.project[0]
            places.setdefault(self.root / folder / name, []).append(target)
        return places


Known = Mapping[str, StoredDeployment]
"""What was put where, by its path."""


def is_intact(deployment: StoredDeployment) -> bool:
    """Return whether what was put somewhere is still there, and as it was put."""
    path = Path(deployment.path)
    if deployment.mode == "link":
        return path.is_symlink() and os.readlink(path) == deployment.source
    return path.is_dir() and not path.is_symlink() and is_exactly(path, deployment.tree_hash)


def plan_deploy(parcel: Parcel, ground: Ground, targets: Sequence[ClientName], known: Known) -> list[DeployChange]:
    """Return what would be written."""
    return [
        _plan_place(parcel, ground, place, clients, known)
        for place, clients in ground.places(parcel.name, targets).items()
    ]


def _plan_place(parcel: Parcel, ground: Ground, place: Path, clients: list[ClientName], known: Known) -> DeployChange:
    change = DeployChange(
        path=str(place),
        targets=clients,
        action=parcel.mode,
        source=str(parcel.source),
        files=len(parcel.members),
        replaces=False,
        reason="",
    )
    try:
        _real_parent(ground, place)
    except StudioError as error:
        return change.model_copy(update={"action": "refuse", "reason": error.message})
    return change.model_copy(update=_judge_place(parcel, place, known)) if os.path.lexists(place) else change


def _judge_place(parcel: Parcel, place: Path, known: Known) -> dict[str, str | bool]:
    """Return what is to be done where something is already."""
    if Path(os.path.realpath(place)) == parcel.source and (parcel.mode == "link" or not place.is_symlink()):
        return {"action": "keep", "reason": "It is there already."}
    own = known.get(str(place))
    if own is None:
        reason = "Something of this name is there that Studio did not put there. It is left alone."
        return {"action": "refuse", "reason": reason}
    if not is_intact(own):
        return {"action": "refuse", "reason": CHANGED}
    if own.mode == parcel.mode == "copy" and own.tree_hash == parcel.tree_hash:
        return {"action": "keep", "reason": "The same copy is there already."}
    return {"replaces": True}


def plan_undeploy(name: str, ground: Ground, targets: Sequence[ClientName], known: Known) -> list[DeployChange]:
    """Return what would be removed."""
    changes = list[DeployChange]()
    for place, clients in ground.places(name, targets).items():
        own = known.get(str(place))
        change = DeployChange(
            path=str(place),
            targets=clients,
            action="remove",
            source=own.source if own else "",
            files=0,
            replaces=False,
            reason="",
        )
        changes.append(change.model_copy(update=_judge_removal(place, own)))
    return changes


def _judge_removal(place: Path, own: StoredDeployment | None) -> dict[str, str]:
    if not os.path.lexists(place):
        return {"reason": "It is gone already."} if own else {"action": "keep", "reason": "Nothing is there."}
    if own is None:
        return {"action": "refuse", "reason": "Studio did not put it there, so it is left alone."}
    if not is_intact(own):
        return {"action": "refuse", "reason": CHANGED}
    return {}


def _real_parent(ground: Ground, place: Path) -> Path:
    """Return the real folder that something is put into.

    Raises:
        NotAllowed: it leads out of the home folder, or that of the project.
    """
    return contain(ground.root, str(place.parent))


def deploy(
    parcel: Parcel, ground: Ground, change: DeployChange, own: StoredDeployment | None, now: Timestamp
) -> StoredDeployment:
    """Write what was planned for one place. Return what is to be remembered of it.

    Raises:
        StudioError: it could not be written, and the place is as it was.
    """
    place = Path(change.path)
    made = {*(own.made if own else ()), *_missing_parents(ground, place)}
    real = _real_parent(ground, place) / place.name
    try:
        with folder_of(Path(os.path.realpath(ground.root)), real, create=True) as folder:
            _put(Spot(real, folder), parcel, own if change.replaces else None)
    except FileExistsError:
        raise NotAllowed(f"Something appeared at '{place}' meanwhile. It is left alone.") from None
    except OSError as error:
        raise explain(error, str(place)) from error
    return StoredDeployment(
        path=str(place),
        name=parcel.name,
        mode=parcel.mode,
        source=str(parcel.source),
        tree_hash=parcel.tree_hash,
        made=deepest_first(made),
        created_at=now,
    )


def _missing_parents(ground: Ground, place: Path) -> list[str]:
    """Return the folders that will be made."""
    return [str(parent) for parent in place.parents if parent != ground.root and not os.path.lexists(parent)]


def deepest_first(folders: Iterable[str]) -> list[str]:
    """Return folders in the order in which they can be removed."""
    return sorted(folders, key=lambda folder: (-len(Path(folder).parts), folder))


@dataclass(frozen=True, slots=True)
class Spot:
    """A real path with the descriptor of its folder, by which it is reached; None where the system cannot do this."""

    real: Path
    folder: int | None

    @property
    def name(self) -> str:
        """What the system is told."""
        return str(self.real) if self.folder is None else self.real.name

    def beside(self) -> Spot:
        """Return a new place in the same folder that nobody else uses."""
        return Spot(self.real.with_name(f".{self.real.name[:80]}.{secrets.token_hex(4)}.aside"), self.folder)

    def move(self, other: Spot) -> None:
        """Move what is here to a place where nothing is.

        Raises:
            FileExistsError: something is there.
        """
        if os.path.lexists(other.real):
            raise FileExistsError(other.real)
        os.rename(self.name, other.name, src_dir_fd=self.folder, dst_dir_fd=other.folder)

    def delete(self) -> None:
        """Remove a link or a folder with all it has."""
        if self.real.is_symlink():
            os.unlink(self.name, dir_fd=self.folder)
        else:
            shutil.rmtree(self.name, dir_fd=self.folder)


def _put(spot: Spot, parcel: Parcel, replaced: StoredDeployment | None) -> None:
    if replaced is None:
        _write(spot, parcel)
        return
    fresh = spot.beside()
    _write(fresh, parcel)
    try:
        with _taken_away(spot, replaced):
            fresh.move(spot)
    except BaseException:
        with suppress(OSError):
            fresh.delete()
        raise


def _write(spot: Spot, parcel: Parcel) -> None:
    if parcel.mode == "link":
        os.symlink(parcel.source, spot.name, True, dir_fd=spot.folder)
    else:
        write_tree(spot.real, parcel.members)


@contextmanager
def _taken_away(spot: Spot, own: StoredDeployment) -> Generator[None]:
    """Take away what was put somewhere. Where that, or what is done meanwhile, fails, it comes back.

    Raises:
        NotAllowed: it is no longer as it was put.
    """
    aside = spot.beside()
    spot.move(aside)
    try:
        # Only here can nobody change it by its name any more.
        _check_intact(replace(own, path=str(aside.real)))
        yield
    except BaseException:
        aside.move(spot)
        raise
    try:
        aside.delete()
    except OSError:
        log.warning("what was taken away could not be removed path=%s", aside.real)


def _check_intact(own: StoredDeployment) -> None:
    if not is_intact(own):
        raise NotAllowed(CHANGED)


def undeploy(ground: Ground, own: StoredDeployment) -> list[str]:
    """Remove what was put somewhere, and the folders that were made for it. Return those that are still in use.

    Raises:
        StudioError: it could not be removed.
    """
    place = Path(own.path)
    root = Path(os.path.realpath(ground.root))
    try:
        if os.path.lexists(place):
            real = _real_parent(ground, place) / place.name
            with folder_of(root, real) as folder, _taken_away(Spot(real, folder), own):
                pass
    except OSError as error:
        raise explain(error, own.path) from error
    return [made for made in deepest_first(own.made) if not _remove_empty(ground, root, Path(made))]


def _remove_empty(ground: Ground, root: Path, made: Path) -> bool:
    """Remove a folder if nothing is in it. Return whether it is gone."""
    try:
        real = _real_parent(ground, made) / made.name
        with folder_of(root, real) as folder:
            os.rmdir(real if folder is None else real.name, dir_fd=folder)
    except FileNotFoundError:
        return True
    except (OSError, StudioError):
        # Somebody else uses it by now, or put something else there.
        return False
    return True


def inherit(left: Sequence[str], known: Known, without: str) -> list[StoredDeployment]:
    """Return deployments with the made folders that `without` left behind: each goes to one that lies in it."""
    heirs = dict[str, StoredDeployment]()
    for folder in left:
        heir = next((path for path in known if path != without and Path(path).is_relative_to(folder)), None)
        if heir is not None:
            own = heirs.get(heir, known[heir])
            heirs[heir] = replace(own, made=deepest_first({*own.made, folder}))
    return list(heirs.values())
