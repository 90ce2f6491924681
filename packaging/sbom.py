"""`sbom.py FILE [LIBRARIES]`: write what a built program contains as a CycloneDX 1.6 document, run by what freezes it.

The same sources give the same document. What is contained is what `licences.py` collects; the locks say the rest, and
whoever built with something else is told so. LIBRARIES is what the build found of the system's. The page must be built.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tomllib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from licences import PAGE, ROOT, collect

import studio

Package = dict[str, Any]

UNLOCKED = {"Python"}
"""What no lock names."""

EXPRESSION = re.compile(r"\(*[\w.+-]+\)*( (AND|OR|WITH) \(*[\w.+-]+\)*)*")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "studio")


def key(name: str) -> str:
    """Return a name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_python_lock() -> dict[tuple[str, str], set[str]]:
    """Return the SHA-256 sums of the files of each package and version."""
    found = dict[tuple[str, str], set[str]]()
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        for line in lock.read_text(encoding="utf-8").splitlines():
            if package := re.match(r"([\w.-]+)==([^\s;]+)", line):
                sums = found.setdefault((key(package[1]), package[2]), set())
            elif digest := re.search(r"--hash=sha256:(\w+)", line):
                sums.add(digest[1])
    return found


def read_page_lock() -> dict[tuple[str, str], str]:
    """Return the integrity of each package and version of the page."""
    lock = json.loads((ROOT / "webui" / "package-lock.json").read_text(encoding="utf-8"))
    return {
        (place.rpartition("node_modules/")[2], package["version"]): package["integrity"]
        for place, package in lock["packages"].items()
        if "integrity" in package
    }


def licence(package: Package) -> list[dict[str, Any]]:
    """Return a licence as an expression of SPDX where it is one, else as a name. Debian has words of its own."""
    said = package["licence"]
    if not said:
        return []
    is_expression = package["ecosystem"] != "deb" and EXPRESSION.fullmatch(said)
    return [{"expression": said}] if is_expression else [{"license": {"name": said}}]


def component(package: Package, proof: dict[str, Any]) -> dict[str, Any]:
    """Return one package as the specification has it. `proof` says which files it can have come from."""
    name = key(package["name"]) if package["ecosystem"] == "pypi" else package["name"]
    purl = f"pkg:{package['ecosystem']}/{quote(name, safe='/')}@{quote(package['version'])}"
    if package["name"] in UNLOCKED:
        purl = f"pkg:generic/{name}@{package['version']}"
    if package["ecosystem"] == "deb":
        place = f"{package['distribution']}/{quote(name)}@{quote(package['version'], safe='')}"
        purl = f"pkg:deb/{place}?arch={package['architecture']}"
    described = {
        "type": "platform" if package["name"] == "Python" else "library",
        "bom-ref": purl,
        "name": package["name"],
        "version": package["version"],
        "licenses": licence(package),
        "purl": purl,
    }
    return {name: value for name, value in (described | proof).items() if value}


def list_libraries(file: Path) -> list[dict[str, Any]]:
    """Return the libraries of the system, each with the sums of its files."""
    listed: list[dict[str, Any]] = []
    for library in json.loads(file.read_text(encoding="utf-8")):
        files = sorted(library["files"].items())
        sums = [{"name": f"studio:file:{name}:sha256", "value": digest} for name, digest in files]
        listed.append(component(library, {"properties": sums}))
    return listed


def list_components(libraries: Path | None) -> list[dict[str, Any]]:
    """Return everything that is contained.

    Raises:
        SystemExit: it was built with something that the locks do not have.
    """
    files, integrity = read_python_lock(), read_page_lock()
    listed: list[dict[str, Any]] = []
    for package in (one.model_dump() for one in collect()):
        found = files.get((key(package["name"]), package["version"]))
        if found is None and package["name"] not in UNLOCKED:
            raise SystemExit(f"{package['name']} {package['version']} is not what the locks in requirements/ have.")
        sums = [{"name": "studio:lock:sha256", "value": digest} for digest in sorted(found or ())]
        listed.append(component(package, {"properties": sums}))
    for package in json.loads(PAGE.read_text(encoding="utf-8")):
        found = integrity.get((package["name"], package["version"]))
        if found is None:
            raise SystemExit(f"{package['name']} {package['version']} is not what webui/package-lock.json has.")
        algorithm, _, digest = found.partition("-")
        content = base64.b64decode(digest).hex()
        listed.append(component(package, {"hashes": [{"alg": algorithm.replace("sha", "SHA-"), "content": content}]}))
    listed += list_libraries(libraries) if libraries else []
    return sorted(listed, key=lambda one: one["bom-ref"])


def moment() -> str:
    """Return when the sources were last changed."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said is None:
        said = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    return datetime.fromtimestamp(int(said), UTC).isoformat().replace("+00:00", "Z")


def list_wanted() -> set[str]:
    """Return the names of what Studio and its page ask for themselves."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    page = json.loads((ROOT / "webui" / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    extras = [line for extra in project["project"]["optional-dependencies"].values() for line in extra]
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["gtk"], *extras]
    return {key(re.split(r"[^\w.-]", line)[0]) for line in lines} | set(page)


def document(libraries: Path | None) -> dict[str, Any]:
    """Return the whole document. Its number follows from what is in it."""
    program = f"pkg:pypi/studio@{studio.__version__}"
    components, wanted = list_components(libraries), list_wanted()
    direct = [one["bom-ref"] for one in components if {one["name"], key(one["name"])} & wanted]
    said = {
        "metadata": {
            "timestamp": moment(),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": program,
                "name": "studio",
                "version": studio.__version__,
                "licenses": [{"expression": "MIT"}],
                "purl": program,
            },
        },
        "components": components,
        "dependencies": [{"ref": program, "dependsOn": direct}],
    }
    number = uuid.uuid5(NAMESPACE, json.dumps(said, sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
    } | said


if __name__ == "__main__":
    target, found = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
