"""Workflows as they are written: what may be kept, what is refused and which step is named, templates and YAML."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from studio.features.workflows.models import Operator, WorkflowDraft
from studio.features.workflows.templates import list_templates
from studio.kit.comparing import compare
from studio.kit.errors import InvalidInput
from studio.kit.quoting import fill_line
from studio.kit.references import fill, find_references
from tests.support.app import shared

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def refusing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """The owner of an app in which nothing is ever kept: only what asks for what is refused shares it."""
    async with shared(tmp_path_factory.mktemp("studio") / "home") as app, app.owner() as client:
        yield client


def command(step_id: str, line: str = "true", **more: Any) -> dict[str, Any]:
    return {"id": step_id, "kind": "command", "command": line, **more}


async def refusal(owner: httpx.AsyncClient, *steps: dict[str, Any]) -> str:
    answer = await owner.post("/api/workflow", json={"name": "W", "steps": list(steps)})
    assert answer.status_code == 422, answer.text
    return answer.json()["error"]


async def test_a_workflow_is_kept_listed_changed_and_removed(owner: httpx.AsyncClient) -> None:
    steps = [command("a"), command("b", depends_on=["a"])]
    made = await owner.post("/api/workflow", json={"name": "Build", "goal": "A build.", "steps": steps})
    assert made.status_code == 201
    workflow = made.json()
    shown = (await owner.get(f"/api/workflow/{workflow['id']}")).json()
    assert {key: shown[key] for key in ("id", "name", "goal", "status", "execution_id")} == {
        "id": workflow["id"],
        "name": "Build",
        "goal": "A build.",
        "status": "draft",
        "execution_id": None,
    }
    assert [(step["id"], step["status"], step["depends_on"]) for step in shown["steps"]] == [
        ("a", "pending", []),
        ("b", "pending", ["a"]),
    ]
    changed = await owner.put(f"/api/workflow/{workflow['id']}", json={"name": "Other", "steps": steps[:1]})
    assert (changed.json()["name"], len(changed.json()["steps"])) == ("Other", 1)
    listed = (await owner.get("/api/workflow/list")).json()
    assert (listed["total"], [one["name"] for one in listed["workflows"]]) == (1, ["Other"])
    assert (await owner.delete(f"/api/workflow/{workflow['id']}")).json() == {"ok": True}
    assert (await owner.get(f"/api/workflow/{workflow['id']}")).status_code == 404
    assert (await owner.get("/api/workflow/list")).json() == {"workflows": [], "total": 0}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([command("a", depends_on=["b"]), command("b", depends_on=["a"])], ["'a'", "waits for itself"]),
        ([command("a", depends_on=["a"])], ["'a'", "waits for itself"]),
        ([command("a", depends_on=["nobody"])], ["Step 'a'", "'nobody'"]),
        ([command("a"), command("a")], ["'a'"]),
        ([command("input")], ["'input'"]),
        ([command("a"), command("b", "echo {{ a.output }}")], ["Step 'b'", "does not depend"]),
        ([command("a"), command("b", "echo {{ a.secret }}", depends_on=["a"])], ["Step 'b'", "a.output"]),
        ([command("a", "echo {{ nothing closes")], ["Step 'a'", "is no reference"]),
        ([command("a", "echo {{ 1 + 1 }}")], ["Step 'a'", "is no reference"]),
        ([command("a", "echo {{ item }}")], ["Step 'a'", "'item'"]),
        ([command("a"), command("b", when={"a": True})], ["Step 'b'", "'a'"]),
        ([command("a", "echo '{{ input.x }}'")], ["Step 'a'", "inside quotes"]),
        ([command("a", 'echo "{{ input.x }}"')], ["Step 'a'", "inside quotes"]),
        ([command("a", "cat <<E\n{{ input.x }}\nE")], ["Step 'a'", "<<"]),
        ([command("a", "echo $(( {{ input.x }} ))")], ["Step 'a'", "(("]),
        ([command("a", "true # {{ input.x }}")], ["Step 'a'", "#"]),
        ([{"id": "a", "kind": "wait"}], ["Step 'a'", "'seconds'"]),
        ([{"id": "a", "kind": "wait", "until": "tomorrow"}], ["Step 'a'", "'tomorrow'"]),
        ([{"id": "a", "kind": "wait", "seconds": 9, "timeout_seconds": 5}], ["Step 'a'", "9 seconds", "5 only"]),
        ([{"id": "a", "kind": "wait", "event": "x", "retries": {"count": 1}}], ["Step 'a'", "not tried again"]),
        ([command("a", timeout_seconds=86_401)], ["Step 'a'", "'command'", "86400"]),
        (
            [{"id": "a", "kind": "foreach", "items": [1], "step": command("x", timeout_seconds=86_401)}],
            ["Step 'a'", "'command'", "86400"],
        ),
        (
            [{"id": "a", "kind": "foreach", "items": [1], "retries": {"count": 1}, "step": command("x")}],
            ["Step 'a'", "'retries' to the step for each item"],
        ),
        (
            [{"id": "a", "kind": "foreach", "items": [1], "step": command("x", depends_on=["a"])}],
            ["Step 'a'", "cannot depend"],
        ),
        ([command("a", run_when="failure")], ["Step 'a'", "never"]),
        (
            [command("a", continue_on_error=True), command("b", depends_on=["a"], run_when="failure")],
            ["Step 'b'", "goes on after errors"],
        ),
        (
            [{"id": "a", "kind": "foreach", "items": [1], "step": command("x", continue_on_error=True)}],
            ["Step 'a'", "'keep_going'"],
        ),
    ],
)
async def test_what_could_not_be_run_is_refused_with_the_step_named(
    refusing: httpx.AsyncClient, steps: list[dict[str, Any]], words: list[str]
) -> None:
    said = await refusal(refusing, *steps)
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"id": "a", "kind": "python", "code": "1"}, "Step 'a' has the kind 'python'. There are: 'ask', 'chat'"),
        (command("a b"), "Step 'a b': 'a b' is no id."),
        ({"id": "a", "kind": "command"}, "Step 'a' needs the field 'command'."),
        ({"title": "Publish", "kind": "command", "command": "x"}, "Step 'Publish' needs the field 'id'."),
        ({"id": "a"}, "Step 'a' needs the field 'kind'."),
        (command("a", surprise=1), "Step 'a' has a field 'surprise', which"),
        (command("a", retries=99), "Step 'a': 'retries.count' is not valid: input should be less than or equal to 10."),
        (
            {"id": "a", "kind": "foreach", "items": [], "step": {"id": "b", "kind": "wait", "seconds": 1}},
            "Step 'a' has the kind 'wait' in 'step'.",
        ),
        ({"id": "a", "kind": "foreach", "items": [], "step": {"id": "b", "kind": "tool"}}, "field 'step.tool'."),
    ],
)
async def test_steps_of_another_shape_are_refused(
    refusing: httpx.AsyncClient, step: dict[str, Any], words: str
) -> None:
    assert words in await refusal(refusing, step)
    spelled = json.dumps({"name": "W", "steps": [step]})
    imported = await refusing.post("/api/workflow/import", json={"yaml": spelled})
    assert (imported.status_code, words in imported.json()["error"]) == (422, True)


async def test_retries_may_be_a_number(owner: httpx.AsyncClient) -> None:
    made = (await owner.post("/api/workflow", json={"name": "W", "steps": [command("a", retries=3)]})).json()
    assert made["steps"][0]["retries"] == {"count": 3, "delay_seconds": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [\n", "Line 2, column 1: expected the node content, but found the end of the text."),
        ("a: b\n  c: d\n", "Line 2, column 4: mapping values are not allowed here."),
        ("a: b\nc: \x00", "Line 2, column 4: it has a character that YAML does not allow."),
    ],
)
async def test_yaml_that_cannot_be_read_says_where(refusing: httpx.AsyncClient, text: str, words: str) -> None:
    answer = await refusing.post("/api/workflow/import", json={"yaml": text})
    assert (answer.status_code, answer.json()["error"]) == (400, f"This is no YAML that can be read. {words}")


async def test_sizes_are_bounded(refusing: httpx.AsyncClient) -> None:
    many = [command(f"s{number}") for number in range(201)]
    assert "at most 200" in await refusal(refusing, *many)
    nested: Any = "x"
    for _ in range(40):
        nested = [nested]
    assert "nested" in await refusal(refusing, {"id": "a", "kind": "tool", "tool": "todo", "args": {"items": nested}})


async def test_everything_that_is_wrong_is_told_as_it_is_drawn(refusing: httpx.AsyncClient) -> None:
    steps = [command("a", depends_on=["x"]), command("b", depends_on=["y"])]
    checked = (await refusing.post("/api/workflow/check", json={"name": "W", "steps": steps})).json()
    assert [problem["step"] for problem in checked["problems"]] == ["a", "b"]
    fine = (await refusing.post("/api/workflow/check", json={"name": "W", "steps": [command("a")]})).json()
    assert fine == {"problems": []}


async def test_every_template_can_be_kept(owner: httpx.AsyncClient) -> None:
    templates = (await owner.get("/api/workflow/templates")).json()["templates"]
    assert len(templates) >= 10
    for template in templates:
        draft = {key: template[key] for key in WorkflowDraft.model_fields}
        assert (await owner.post("/api/workflow", json=draft)).status_code == 201, template["id"]


def test_templates_say_what_they_want_to_be_told() -> None:
    for template in list_templates():
        used = {
            reference.path[0]
            for reference in find_references(template.model_dump(include={"steps", "defaults"}))
            if reference.name == "input"
        }
        assert used == set(template.inputs or {}), template.id
        assert [one for one in (template.inputs or {}).values() if not one.description] == []


async def test_templates_speak_french_and_do_the_same(owner: httpx.AsyncClient) -> None:
    def without_words(template: dict[str, Any]) -> dict[str, Any]:
        steps = [{**step, "title": "", "question": ""} for step in template["steps"]]
        inputs = {name: {**one, "description": ""} for name, one in template["inputs"].items()}
        return {**template, "name": "", "description": "", "goal": "", "inputs": inputs, "steps": steps}

    def words(template: dict[str, Any]) -> list[str]:
        told = [step.get(name, "") for step in template["steps"] for name in ("title", "question")]
        told += [one["description"] for one in template["inputs"].values()]
        return [word for word in (template["name"], template["description"], template["goal"], *told) if word]

    url = "/api/workflow/templates"
    english = (await owner.get(url)).json()["templates"]
    french = (await owner.get(url, params={"language": "fr"})).json()["templates"]
    assert [without_words(one) for one in french] == [without_words(one) for one in english]
    assert [
        word for one, other in zip(french, english, strict=True) for word in words(one) if word in words(other)
    ] == []
    assert (await owner.get(url, params={"language": "de"})).status_code == 422


async def test_a_workflow_goes_through_yaml_unchanged(owner: httpx.AsyncClient) -> None:
    for template in list_templates():
        draft = template.model_dump(mode="json", include={*WorkflowDraft.model_fields})
        made = (await owner.post("/api/workflow", json=draft)).json()
        text = (await owner.get(f"/api/workflow/{made['id']}/export")).json()["yaml"]
        again = (await owner.post("/api/workflow/import", json={"yaml": text})).json()
        assert {key: again[key] for key in draft} == {key: made[key] for key in draft}


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: [*a, *a]\n",
        "name: !!python/object/apply:os.system ['true']\n",
        "name: [\n",
        "- 1\n- 2\n",
        "name: x\nsteps:\n  - {id: a, kind: command}\n",
        "[" * 5000,
        "a: b\n" * 30_000,
        'name: "\\uD800"\n',
        '"\\uD800": x\n',
    ],
)
async def test_yaml_that_is_no_workflow_is_refused(refusing: httpx.AsyncClient, text: str) -> None:
    answer = await refusing.post("/api/workflow/import", json={"yaml": text})
    assert answer.status_code in {400, 422}, answer.text
    assert (await refusing.get("/api/workflow/list")).json()["total"] == 0


def test_a_reference_is_replaced_and_nothing_is_computed() -> None:
    values = {"a": {"output": "x {{ b.output }}"}, "b": {"output": "secret"}, "input": {"n": [1, {"k": "v"}]}}
    assert fill("{{ a.output }}!", values) == "x {{ b.output }}!"
    assert fill("{{ input.n }}", values) == [1, {"k": "v"}]
    assert fill({"k": ["{{ input.n.1.k }}", "\\{{ plain"]}, values) == {"k": ["v", "{{ plain"]}
    assert fill("n: {{ input.n }}", values) == 'n: [1,{"k":"v"}]'
    with pytest.raises(InvalidInput, match="no '9'"):
        fill("{{ input.n.9 }}", values)


@pytest.mark.parametrize("value", ["$(touch x)", "`id`", "'; rm -rf /; '", "a\nb", "--option", "", "${HOME}", "!x"])
def test_what_is_filled_into_a_command_is_one_word(value: str) -> None:
    assert shlex.split(fill_line("echo {{ input.x }} end", {"input": {"x": value}})) == ["echo", value, "end"]


@pytest.mark.parametrize(
    "line",
    [
        "if [[ {{ input.x }} -gt 1 ]]; then true; fi",
        "let n={{ input.x }}",
        "n={{ input.x }}; echo $((n + 1))",
        "n={{ input.x }}; echo $[ n ]",
        "n={{ input.x }}; echo ${b[n]}",
        "n={{ input.x }}; b[n]=1",
        "a=([{{ input.x }}]=1)",
        "declare -i n; n={{ input.x }}",
        "declare {{ input.x }}=1",
        "a=(1); unset {{ input.x }}",
        "echo x | read {{ input.x }}",
        "printf -v {{ input.x }} x",
        "test -v {{ input.x }}",
        "[ ! -v {{ input.x }} ]",
        "trap {{ input.x }} EXIT",
        "true & wait -n -p {{ input.x }}",
        "RANDOM={{ input.x }}",
        "SRANDOM={{ input.x }}",
        "HISTCMD={{ input.x }}",
        "eval {{ input.x }}",
        "mapfile -c 1 -C {{ input.x }} < file",
        # `-va[$(touch x)]` is one word, and an option.
        "printf {{ input.x }} hello",
        "printf ''{{ input.x }} hello",
        "x={{ input.x }}; printf $x hello",
        'x={{ input.x }}; printf "$x" hello',
        "[ {{ input.x }} {{ input.x }} ]",
        # Outside quotes a shell makes several words of one.
        "x={{ input.x }}; [ $x ]",
        "x={{ input.x }}; if test -n $x; then true; fi",
        "[ $(echo {{ input.x }}) = y ]",
    ],
)
def test_a_line_in_which_a_shell_computes_takes_no_references(line: str) -> None:
    with pytest.raises(InvalidInput, match="cannot have"):
        fill_line(line, {"input": {"x": "a[$(touch x)]"}})


def test_a_line_that_only_looks_as_if_it_computed_takes_references() -> None:
    values = {"input": {"x": "y"}}
    for line in (
        "grep -v {{ input.x }} file[0-9]",
        "[ {{ input.x }} = y ] && tool --read x/let",
        "[ $? = 0 ] && echo {{ input.x }}",
        "[ $(wc -l < file) -gt 3 ] && echo {{ input.x }}",
        "printf '%s ' {{ input.x }} {{ input.x }}",
        "printf -- {{ input.x }}",
        "printf hello$x && sprintf {{ input.x }}",
        'x={{ input.x }}; [ "$x" = y ] && printf %s "$x"',
        "export N={{ input.x }}",
    ):
        assert fill_line(line, values) == line.replace("{{ input.x }}", "y")


@pytest.mark.parametrize(
    ("left", "operator", "right", "wanted"),
    [
        ("10", "greater", "9", True),
        ("abc", "contains", "b", True),
        (["a", "b"], "contains", "b", True),
        ("a", "equals", "a\n", True),
        ("1.0", "equals", 1, True),
        ("", "empty", None, True),
        ([], "not_empty", None, False),
        ("b", "less", "a", False),
        ("__import__('os')", "equals", "x", False),
    ],
)
def test_conditions_are_comparisons(left: object, operator: Operator, right: object, wanted: bool) -> None:
    assert compare(left, operator, right) is wanted


async def test_numbers_of_yaml_that_json_has_not_are_texts(owner: httpx.AsyncClient) -> None:
    texts = ["1:1:1.5", "1:" * 400 + "1.5", "0xFFFFFFFFFFFFFFFFFFFF", "9" * 4000, ".nan", ".inf", "0o17", "010"]
    for text in texts:
        yaml = f"name: n\nsteps:\n  - {{id: c, kind: condition, operator: equals, left: '{text}', right: {text}}}\n"
        answer = await owner.post("/api/workflow/import", json={"yaml": yaml})
        assert answer.status_code == 201, answer.text
        assert answer.json()["steps"][0]["right"] == text


async def test_numbers_of_yaml_stay_numbers(owner: httpx.AsyncClient) -> None:
    yaml = "name: n\nsteps:\n  - {id: c, kind: condition, operator: equals, left: [0, -7, 1.5], right: 1.0e+20}\n"
    [step] = (await owner.post("/api/workflow/import", json={"yaml": yaml})).json()["steps"]
    assert (step["left"], step["right"]) == ([0, -7, 1.5], 1e20)


async def test_words_of_yaml_that_older_readers_take_for_others_stay_words(owner: httpx.AsyncClient) -> None:
    text = "name: on\ngoal: 2026-12-01\nsteps:\n  - {id: no, kind: command, command: yes, approval: true}\n"
    made = (await owner.post("/api/workflow/import", json={"yaml": text})).json()
    [step] = made["steps"]
    told = (made["name"], made["goal"], step["id"], step["command"], step["approval"])
    assert told == ("on", "2026-12-01", "no", "yes", True)
