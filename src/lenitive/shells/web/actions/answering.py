"""QuestionnaireAnswers to a questionnaire: added up to the scores of a record, or not at all while one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from lenitive.knowledge import Questionnaire
from lenitive.shells.web.actions.entering import EnteredAct, enter
from lenitive.shells.web.models import PatientRow, User
from lenitive.terms import MEASURES

__all__ = ["NONE", "QuestionnaireAnswers", "keep_answers", "read_answers"]

NONE = "none"
"""The name of the box that says that no box of a part is true, with the number of the part behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireAnswers:
    """What was answered.

    Attributes:
        given: The value of each item that was answered, by the item's id.
        missing: Items, or whole parts of boxes, that were not answered: the ids of the items, or the name of the part's own box.
        contrary: Parts in which a box was ticked beside the one that says that none is true.
    """

    given: Mapping[str, int]
    missing: tuple[str, ...]
    contrary: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it can be scored."""
        return not self.missing and not self.contrary

    def scores(self, questionnaire: Questionnaire) -> dict[str, int]:
        """Each measure's score.

        Raises:
            ValueError: When an answer is missing: a part of a score is none.
        """
        if not self.whole:
            raise ValueError("an answer is missing")
        found = dict.fromkeys(questionnaire.measures, 0)
        for part in questionnaire.part:
            for item in part.item:
                for measure in part.counts:
                    found[measure] += self.given[item.id]
        return found | self.alone(questionnaire)

    def alone(self, questionnaire: Questionnaire) -> dict[str, int]:
        """The measures that are one answer each, as far as they were answered."""
        return {m: self.given[item] for item, m in questionnaire.alone.items() if item in self.given}


def read_answers(questionnaire: Questionnaire, form: Mapping[str, str]) -> QuestionnaireAnswers:
    """The answers that a form holds; what is no answer of the questionnaire counts as not answered."""
    given: dict[str, int] = {}
    missing: list[str] = []
    contrary: list[str] = []
    for number, part in enumerate(questionnaire.part):
        allowed = {str(choice.value): choice.value for choice in part.choices}
        if part.tick:
            box = f"{NONE}{number}"
            ticked = [item.id for item in part.item if form.get(item.id) == str(part.choices[-1].value)]
            given |= {item.id: part.choices[-1 if item.id in ticked else 0].value for item in part.item}
            if not ticked and not form.get(box):
                missing.append(box)
            elif ticked and form.get(box):
                contrary.append(box)
            continue
        for item in part.item:
            value = allowed.get(form.get(item.id, ""))
            if value is None:
                missing.append(item.id)
            else:
                given[item.id] = value
    return QuestionnaireAnswers(given=given, missing=tuple(missing), contrary=tuple(contrary))


def keep_answers(
    patient: PatientRow,
    questionnaire: Questionnaire,
    answers: QuestionnaireAnswers,
    *,
    by: User,
    sent: UUID,
    on: date,
    at: datetime,
) -> bool:
    """Keep the scores as measurements of a day, once however often they are sent.

    While an answer is missing nothing is counted; a single answer that needs a person today does not wait for the others.

    Args:
        patient: Whose answers.
        questionnaire: What was answered.
        answers: What was answered.
        by: Who entered them.
        sent: The id that the form was made with.
        on: The patient's local day.
        at: The moment.

    Returns:
        Whether a person is needed today: what the safety rules say of it, and also where they said so before.
    """
    alone = answers.alone(questionnaire)
    scores = answers.scores(questionnaire) if answers.whole else {m: v for m, v in alone.items() if v > 0}
    acts = [
        EnteredAct(
            uid=uuid5(sent, measure),
            kind="measurement",
            day=on,
            at=at,
            values={"measure": measure, "value": score, "unit": MEASURES[measure].unit},
            screen=f"{questionnaire.id}-1",
        )
        for measure, score in scores.items()
    ]
    if not acts:
        return False
    kept = enter(patient, acts, by=by, phone_now=None)
    # An answer that was above zero before and is so again brings no new finding; she is asked to call all the same.
    return kept.call or any(alone.values())
