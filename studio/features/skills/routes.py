"""Skills as the workbench document spells them, and all that the page does with them."""

from starlette.requests import Request
from starlette.responses import Response

from studio.features.skills.models import (
    DeployPlan,
    DeployRequest,
    DryRun,
    DryRunRequest,
    ExportRequest,
    FileText,
    Imported,
    ImportOptions,
    ImportRequest,
    OneSkill,
    SaveRequest,
    SkillDetail,
    SkillFileQuery,
    UndeployRequest,
)
from studio.features.skills.service import Skills
from studio.kit.archives import LARGEST_ARCHIVE
from studio.kit.errors import UnsupportedMediaType
from studio.kit.models import read
from studio.wire.dialects.flat import Flat
from studio.wire.head import head_of
from studio.wire.limits import read_body
from studio.wire.table import Table, delete, get, post, put


async def get_skill(skills: Skills, name: str, query: OneSkill) -> SkillDetail:
    """Return one skill with its text, files, problems and places."""
    return await skills.get(name, query)


async def get_file(skills: Skills, name: str, query: SkillFileQuery) -> FileText:
    """Return a text file of a skill."""
    return await skills.read_file(name, query)


async def save_skill(skills: Skills, name: str, body: SaveRequest) -> SkillDetail:
    """Save a text file of a skill; makes the skill in Studio's own folder where there is none."""
    return await skills.save(name, body)


async def deploy(skills: Skills, body: DeployRequest) -> DeployPlan:
    """Put a skill where other programs look for it; with `apply` false only say what would be written."""
    return await skills.deploy(body)


async def undeploy(skills: Skills, body: UndeployRequest) -> DeployPlan:
    """Take back what was deployed; with `apply` false only say what would be removed."""
    return await skills.undeploy(body)


async def dry_run(skills: Skills, body: DryRunRequest) -> DryRun:
    """Say what would happen if an agent used a skill. Nothing of it is run."""
    return await skills.dry_run(body)


async def export(skills: Skills, body: ExportRequest) -> Response:
    """Download skills as a zip archive."""
    file = await skills.export(body)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.content, media_type="application/zip", headers=headers)


async def import_skills(skills: Skills, request: Request) -> Imported:
    """Import skills: a zip archive as the body with options in the query, or JSON that names one on this machine.

    With `apply` false only say what would be imported, and what was found in it.
    """
    head = head_of(request.scope)
    data = await read_body(request.receive, limit=LARGEST_ARCHIVE, declared=head.content_length)
    # None of these can be sent by a page of another origin without asking first.
    match head[b"content-type"].partition(";")[0].strip().lower():
        case "application/zip":
            options = read(ImportOptions.model_validate, dict(request.query_params))
            return await skills.import_archive(data, options)
        case "application/json":
            return await skills.import_path(read(ImportRequest.model_validate_json, data))
        case _:
            raise UnsupportedMediaType("Send a zip archive as 'application/zip', or JSON that names one.")


TABLES = [
    Table(
        "/api/skills",
        Flat(),
        [
            get("", Skills.list),
            get("/clients", Skills.clients),
            get("/{name}", get_skill, problems=[404]),
            get("/{name}/file", get_file, problems=[403, 404]),
            put("/{name}", save_skill, body_limit=4 * 1024 * 1024, problems=[403, 404, 409]),
            delete("/{name}", Skills.remove, problems=[404, 409]),
            post("/restore", Skills.restore, problems=[404, 409]),
            post("/switch", Skills.switch),
            post("/deploy", deploy, problems=[403, 404]),
            post("/undeploy", undeploy, problems=[403, 404]),
            post("/validate", Skills.validate, body_limit=4 * 1024 * 1024, problems=[404]),
            post("/test", dry_run, body_limit=4 * 1024 * 1024, problems=[404]),
            post("/export", export, produces=("application/zip",), problems=[404]),
            post("/import", import_skills, body_limit=LARGEST_ARCHIVE, problems=[403, 404, 415]),
        ],
        "workbench",
    ),
]
