"""The fifteen journeys. Each is written once and gone with either hand."""

from __future__ import annotations

import pytest

from tests.e2e.journeys import answers, context, keeping, questions, settings
from tests.e2e.journeys.hand import Keyboard, Pointer
from tests.e2e.journeys.traveller import Journey, Traveller

pytestmark = pytest.mark.anyio

JOURNEYS: tuple[Journey, ...] = (
    answers.first_answer,
    answers.stopped_answer,
    answers.other_versions,
    answers.messages_in_a_row,
    questions.allowed_once_and_always,
    questions.denied_with_a_reason,
    questions.several_questions,
    context.what_goes_along,
    context.folder_and_model,
    context.summary_in_place,
    keeping.found_again,
    keeping.kept_and_deleted,
    settings.provider_added,
    settings.rule_added,
    settings.look_and_language,
)


@pytest.mark.parametrize(
    "hand", [pytest.param(Pointer, marks=pytest.mark.long, id="pointer"), pytest.param(Keyboard, id="keyboard")]
)
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
async def test_a_journey(journey: Journey, hand: type[Pointer] | type[Keyboard], traveller: Traveller) -> None:
    await journey(traveller)
