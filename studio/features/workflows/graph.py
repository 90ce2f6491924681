"""The graph of steps: what depends on what, and everything that can be wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from studio.features.workflows import inputs
from studio.features.workflows.models import (
    MOST_SECONDS,
    AgentStep,
    AnyStep,
    AskStep,
    ChatStep,
    CommandStep,
    ConditionStep,
    ForeachStep,
    StepProblem,
    ToolStep,
    WaitStep,
    WorkflowDraft,
    ancestors,
    body_of,
    dependencies,
)
from studio.kit.clock import read_moment
from studio.kit.errors import InvalidInput
from studio.kit.quoting import check_line
from studio.kit.references import Reference, find_references

RESERVED = frozenset({"input", "inputs", "item", "index", "workflow"})
OF_A_STEP = frozenset({"output", "error", "status", "data"})
OF_THE_WORKFLOW = frozenset({"name", "goal", "context"})


def list_problems(workflow: WorkflowDraft) -> list[StepProblem]:
    """Return everything that is wrong with a workflow."""
    return [*_inputs(workflow), *_steps(workflow.steps, workflow.inputs)]


def check(workflow: WorkflowDraft) -> None:
    """See that a workflow can be run.

    Raises:
        InvalidInput: it cannot; every problem is in `detail["problems"]`.
    """
    if problems := list_problems(workflow):
        more = f" {len(problems) - 1} more like it." if len(problems) > 1 else ""
        told = [problem.model_dump() for problem in problems]
        raise InvalidInput(problems[0].message + more, detail={"step": problems[0].step, "problems": told})


def _inputs(workflow: WorkflowDraft) -> Iterator[StepProblem]:
    """Yield what is wrong with the inputs, and with the folder for all steps."""
    for message in inputs.list_wrong(workflow.inputs or {}):
        yield StepProblem(step=None, message=message)
    try:
        for reference in find_references(workflow.defaults.cwd):
            _check_reference(reference, set(), frozenset({"input", "workflow"}), workflow.inputs)
    except InvalidInput as error:
        yield StepProblem(step=None, message=f"The folder of all steps: {error.message}")


def _steps(steps: Sequence[AnyStep], declared: Collection[str] | None) -> list[StepProblem]:
    problems = [*_names(steps), *_links(steps)]
    if problems:
        return problems
    if cycle := _find_cycle(steps):
        path = " → ".join(repr(one) for one in cycle)
        return [StepProblem(step=cycle[0], message=f"Step {cycle[0]!r} waits for itself: {path}.")]
    above = ancestors(steps)
    found = [problem for step in steps for problem in (*_values(step, above[step.id], declared), *_own(step))]
    return [*found, *_never(steps, above)]


def _names(steps: Sequence[AnyStep]) -> Iterator[StepProblem]:
    seen = set[str]()
    for step in steps:
        if step.id in RESERVED:
            yield _problem(step, f"Step {step.id!r} has a name that means something else. Call it otherwise.")
        if step.id in seen:
            yield _problem(step, f"Two steps are called {step.id!r}.")
        seen.add(step.id)


def _links(steps: Sequence[AnyStep]) -> Iterator[StepProblem]:
    by_id = {step.id: step for step in steps}
    for step in steps:
        for name in dependencies(step):
            if name not in by_id:
                yield _problem(step, f"Step {step.id!r} depends on {name!r}, and no step is called so.")
        for name in step.when:
            if name in by_id and not isinstance(by_id[name], ConditionStep):
                yield _problem(step, f"Step {step.id!r} has {name!r} as a condition, and that step is none.")


def _find_cycle(steps: Sequence[AnyStep]) -> list[str]:
    try:
        TopologicalSorter({step.id: dependencies(step) for step in steps}).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _never(steps: Sequence[AnyStep], above: Mapping[str, set[str]]) -> Iterator[StepProblem]:
    """Yield the steps that wait for a failure which cannot come."""
    passed_over = {step.id for step in steps if step.continue_on_error}
    for step in steps:
        if step.run_when == "failure" and above[step.id] <= passed_over:
            why = "what it depends on goes on after errors" if above[step.id] else "it depends on no other step"
            yield _problem(step, f"Step {step.id!r} runs after a failure only, and {why}, so it never would.")


def _values(step: AnyStep, above: set[str], declared: Collection[str] | None) -> Iterator[StepProblem]:
    """Yield what is wrong with the references of a step."""
    try:
        for part, names in _parts(step):
            for reference in find_references(part):
                _check_reference(reference, above, names, declared)
    except InvalidInput as error:
        yield _problem(step, f"Step {step.id!r}: {error.message}")


def _parts(step: AnyStep) -> Iterator[tuple[object, frozenset[str]]]:
    """Yield what may hold references, with the names that count there beside steps."""
    names = frozenset({"input", "inputs", "workflow"})
    yield step.inputs, names - {"inputs"}
    body = body_of(step)
    if isinstance(step, ForeachStep):
        yield body["items"], names
        yield step.step.inputs, names - {"inputs"} | {"item", "index"}
        yield body_of(step.step), names | {"item", "index"}
        return
    yield body, names


def _check_reference(
    reference: Reference, above: set[str], names: frozenset[str], declared: Collection[str] | None
) -> None:
    name, path = reference.name, reference.path
    if name in RESERVED:
        if name not in names:
            raise InvalidInput(f"{name!r} means nothing here.")
        if name == "workflow" and (len(path) != 1 or path[0] not in OF_THE_WORKFLOW):
            raise InvalidInput("Of 'workflow' there are name, goal and context.")
        if name == "input" and path and declared is not None and path[0] not in declared:
            raise InvalidInput(f"It uses the input {path[0]!r}, and the workflow declares none that is called so.")
        return
    if name not in above:
        raise InvalidInput(f"It uses {name!r}, and does not depend on a step that is called so.")
    if not path or path[0] not in OF_A_STEP:
        raise InvalidInput(f"Of the step {name!r} say which: {name}.output, .data, .status or .error.")


def _own(step: AnyStep) -> Iterator[StepProblem]:
    """Yield what is wrong with what only steps of this kind have."""
    try:
        _check_seconds(step)
        _check_own(step)
    except InvalidInput as error:
        yield _problem(step, f"Step {step.id!r}: {error.message}")


def _check_seconds(step: AnyStep) -> None:
    doing = step.step if isinstance(step, ForeachStep) else step
    is_too_long = (doing.timeout_seconds or 0) > MOST_SECONDS
    if is_too_long and isinstance(doing, ChatStep | ToolStep | CommandStep | AgentStep):
        raise InvalidInput(f"What is a {doing.kind!r} may take a day at most, which is {MOST_SECONDS} seconds.")


def _check_own(step: AnyStep) -> None:
    match step:
        case CommandStep():
            check_line(step.command)
        case ForeachStep():
            _check_body(step)
        case WaitStep():
            _check_wait(step)
        case AskStep() if step.retries.count:
            raise InvalidInput("A question is not asked again.")
        case _:
            pass


def _check_body(step: ForeachStep) -> None:
    if step.retries.count:
        raise InvalidInput("Give 'retries' to the step for each item: what was done for the others is not done again.")
    if step.step.depends_on or step.step.when:
        raise InvalidInput("The step for each item cannot depend on others; this one can.")
    if step.step.run_when != "success" or step.step.continue_on_error:
        raise InvalidInput("The step for each item has no 'run_when' and no 'continue_on_error'; see 'keep_going'.")
    if isinstance(step.step, CommandStep):
        check_line(step.step.command)


def _check_wait(step: WaitStep) -> None:
    if sum(value is not None for value in (step.seconds, step.until, step.event)) != 1:
        raise InvalidInput("Say one of 'seconds', 'until' and 'event'.")
    if step.retries.count:
        raise InvalidInput("A wait is not tried again. Give it a longer 'timeout_seconds'.")
    if step.seconds is not None and step.timeout_seconds is not None and step.seconds > step.timeout_seconds:
        raise InvalidInput(f"It waits for {step.seconds:g} seconds, and may take {step.timeout_seconds} only.")
    if step.until is not None and "{{" not in step.until:
        read_moment(step.until)


def _problem(step: AnyStep, message: str) -> StepProblem:
    return StepProblem(step=step.id, message=message)
