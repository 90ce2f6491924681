"""The words are tested like code: what they name is there."""

import re
from pathlib import Path

import pytest

from studio.cli import parser
from studio.features.providers.known import KNOWN
from studio.kit.settings import ProgramSettings

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)", page.read_text(encoding="utf-8")))
    words = {"what", "it", "two", "can"}
    assert named - targets - words == set()


def test_the_readme_lists_every_command() -> None:
    [commands] = [action.choices for action in parser()._actions if action.dest == "command"]
    listed = set(re.findall(r"^\| `studio ?([a-z]*)", read("README.md"), re.MULTILINE)) - {""}
    assert listed == set(commands)


def test_the_guide_lists_every_known_service() -> None:
    listed = dict(re.findall(r"^\| `([a-z]+)` \| `([^`]+)` \|$", read("docs/guides/providers.md"), re.MULTILINE))
    assert listed == {
        name: known.base_url for name, known in KNOWN.items() if known.protocol == "openai" and not known.is_local
    }
    readme = read("README.md")
    assert [name for name, known in KNOWN.items() if known.protocol == "openai" and f"`{name}`" not in readme] == []


def test_the_environment_is_documented() -> None:
    documented = set(re.findall(r"`(STUDIO_[A-Z_]+)`", read("README.md") + read("docs/guides/configuration.md")))
    assert documented == set(re.findall(r"`(STUDIO_[A-Z_]+)`", ProgramSettings.__doc__ or ""))


def test_locks_name_no_address() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "webui" / "package-lock.json", ROOT / "webui" / ".npmrc"]
    assert len(locks) >= 5
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "resolved" not in text.replace("omit-lockfile-registry-resolved", ""), lock
        assert "index-url" not in text, lock
        assert "find-links" not in text, lock
    assert "://" not in "".join(lock.read_text(encoding="utf-8") for lock in ROOT.glob("requirements/*.txt"))


def test_the_decisions_are_all_listed() -> None:
    listed = set(re.findall(r"\((\d{4}-[a-z-]+\.md)\)", read("docs/decisions/README.md")))
    assert listed == {page.name for page in ROOT.glob("docs/decisions/0*.md")}


def test_the_heading_of_a_decision_carries_the_number_of_its_file() -> None:
    pages = list(ROOT.glob("docs/decisions/0*.md"))
    assert len(pages) >= 12
    headings = {page: page.read_text(encoding="utf-8").partition("\n")[0] for page in pages}
    assert [page.name for page, line in headings.items() if not line.startswith(f"# {int(page.name[:4])}. ")] == []


def is_tested(line: str) -> bool:
    """Return whether a line names a test that is there, or says why there is none."""
    if line.startswith("No test"):
        return len(line) > 40
    named = re.match(r"`([^`:]+)::([^`]+)`", line)
    if named is None or not (ROOT / named[1]).is_file():
        return False
    wanted = f"def {named[2]}(" if named[1].endswith(".py") else f"test('{named[2]}'"
    return wanted in read(named[1])


def test_what_survives_what_is_known_by_a_test_or_says_why_not() -> None:
    page = read("docs/guides/what-survives.md")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")][1:]
    cells = [cell for row in rows for cell in row[1:]]
    assert (len(rows), {len(row) for row in rows}) == (14, {6})
    assert [cell for cell in cells if not re.search(r"\(\d+\)$", cell)] == []
    reasons = dict(re.findall(r"^(\d+)\. (.+)$", page, re.MULTILINE))
    assert {number for cell in cells for number in re.findall(r"\((\d+)\)", cell)} == set(reasons)
    assert [number for number, line in reasons.items() if not is_tested(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "`tests/test_docs.py::test_that_nobody_wrote`",
        "`tests/no_such_file.py::test_every_link_leads_somewhere`",
        "`webui/src/lib/features/chat/queue.test.ts::it is something else`",
        "No test: hard.",
        "",
    ],
)
def test_a_test_that_is_not_there_is_noticed(line: str) -> None:
    assert not is_tested(line)
