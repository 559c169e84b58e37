"""A review as the patient's own page: what was entered, what it may mean, what to tell the clinic, what to read.

It holds no dose and no advice to change one, no figure of a model and no grade: those are for the visit. Whether the medicine helps is said in her words. Under a finding that needs the
clinic today it holds that alone.
"""

from __future__ import annotations

from datetime import timedelta

from lenitive.library import Opening
from lenitive.render.answer_words import own_words
from lenitive.render.blocks import Block, Bullets, Callout, Paragraph, Picture, Report, Section
from lenitive.render.catalogue import Audience, said
from lenitive.render.direction import isolated
from lenitive.render.left_out import left_out_words
from lenitive.render.pictures import IconArray, IconGroup, ScorePanel, TimeLine
from lenitive.render.sections.timeline import gaps_between
from lenitive.response import InputKind
from lenitive.review import EnteredScore, Review, binds, entered_score
from lenitive.terms import EFFECTS, Message, Score, Severity

__all__ = ["FROM_THE_CLINIC", "own_articles", "patient_page"]

_MOST_ANSWERS = 2
_MOST_EFFECTS = 4
_MOST_ARTICLES = 3
_LONGEST_NAME = 40
_RECENT = timedelta(days=27)
_TITLES = {
    Score.SLEEP_DISTURBANCE: "render.patient.score.sleep",
    Score.PAIN: "render.patient.score.pain",
    Score.FATIGUE: "render.patient.score.fatigue",
    Score.INTERFERENCE: "render.patient.score.interference",
    Score.MOOD_LOW: "render.patient.score.mood",
}
_TOKENS = ("sleep", "pain", "fatigue")
# Articles on coming off a medicine go with a signed plan, and are handed over by the clinic.
FROM_THE_CLINIC = frozenset({"stopping-patient", "withdrawal-or-relapse-patient"})


def own_articles(review: Review) -> tuple[Opening, ...]:
    """What the library has for the patient to read beside this review, the most fitting first."""
    return tuple(
        a for a in review.articles if a.audience is Audience.PATIENT and a.article not in FROM_THE_CLINIC
    )


def _words(message: Message) -> str:
    return said(message, Audience.PATIENT)


def _bullets(*messages: Message) -> Bullets:
    return Bullets(items=tuple(Paragraph(text=_words(m)) for m in messages))


def _phone() -> Paragraph:
    return Paragraph(text=_words(Message.of("render.patient.phone")))


def _today() -> tuple[Section, ...]:
    """All that there is under a finding that cannot wait."""
    return (
        Section(
            id="today",
            title=_words(Message.of("render.patient.today.title")),
            blocks=(
                Callout(
                    title=_words(Message.of("render.patient.today.call")),
                    tone="bad",
                    text=_words(Message.of("render.patient.today.why")),
                    items=(_phone(), Paragraph(text=_words(Message.of("render.patient.today.danger")))),
                ),
            ),
        ),
    )


def _panel(score: EnteredScore, token: str, review: Review) -> ScorePanel:
    first = score.days[0][0]
    return ScorePanel(
        title=_words(Message.of(_TITLES[score.outcome])),
        token=token,
        entered=score.days,
        gaps=gaps_between([d for d, _ in score.days], first, review.at, review.data_quality.long_gap_days),
        weekly=score.weekly,
    )


def _compared(score: EnteredScore) -> Paragraph | None:
    if score.at_first is None or score.lately is None:
        return None
    return Paragraph(
        lead=f"{_words(Message.of(_TITLES[score.outcome]))}:",
        text=_words(Message.of("render.patient.compared", first=score.at_first, lately=score.lately)),
    )


def _curve(review: Review) -> Section:
    title = _words(Message.of("render.patient.curve.title"))
    q = review.data_quality
    scores = [
        entered_score(review.record, o, review.at, mean_days=q.mean_days, compared_days=q.compared_days)
        for o in review.outcomes
    ]
    shown = [(s, t) for s, t in zip(scores, _TOKENS, strict=True) if s.days]
    if not shown:
        return Section(
            id="curve", title=title, blocks=(Paragraph(text=_words(Message.of("render.patient.curve.none"))),)
        )
    drawn = TimeLine(
        first=min(s.days[0][0] for s, _ in shown),
        last=review.at,
        panels=tuple(_panel(s, t, review) for s, t in shown),
        title=title,
    )
    compared = tuple(c for c in (_compared(s) for s, _ in shown) if c is not None)
    told = " ".join(f"{c.lead} {c.text}." for c in compared)
    alt = f"{_words(Message.of('render.patient.curve.alt'))} {told}".strip()
    less = [Paragraph(text=_words(Message.of("render.patient.left_out")))] if left_out_words(review) else []
    blocks: list[Block] = [
        *less,
        Paragraph(text=_words(Message.of("render.patient.curve.entered", entries=q.entries, days=q.days))),
        Picture(shows=drawn, alt=alt, caption=_words(Message.of("render.patient.curve.caption"))),
    ]
    if compared:
        blocks.append(Bullets(items=compared))
    return Section(id="curve", title=title, blocks=tuple(blocks))


def _answers(review: Review) -> tuple[Paragraph, ...]:
    """Whether each medicine in question helps, in her words."""
    now = {r.drug for r in review.regimen}
    told = [a for a in review.answers if a.kind is InputKind.DRUG][:_MOST_ANSWERS]
    return tuple(Paragraph(text=own_words(a, going_on=a.drug in now)) for a in told)


def _meaning(review: Review) -> Section:
    answers = _answers(review)
    # Where something is said of the medicine itself, two lines less of what holds for everybody.
    general = (
        ()
        if answers
        else (Message.of("render.patient.meaning.part"), Message.of("render.patient.meaning.clinic"))
    )
    told = (
        *general,
        Message.of("render.patient.meaning.not_proof"),
        Message.of("render.patient.meaning.plan"),
    )
    return Section(
        id="meaning",
        title=_words(
            Message.of("render.patient.answer.title" if answers else "render.patient.meaning.title")
        ),
        blocks=(Bullets(items=(*answers, *(Paragraph(text=_words(m)) for m in told))),),
    )


def _felt(review: Review) -> tuple[str, ...]:
    """Side effects written down in the last four weeks, the last first."""
    recent = [
        e.effect
        for e in reversed(review.record.effects)
        if e.severity is not Severity.NONE and review.at - _RECENT <= e.day <= review.at
    ]
    return tuple(dict.fromkeys(recent))[:_MOST_EFFECTS]


def _tell(review: Review) -> Section:
    felt = _felt(review)
    own = tuple(EFFECTS[e].plain for e in felt)
    blocks: list[Block] = [
        *([Paragraph(text=_words(Message.of("render.patient.tell.felt", felt=own)))] if own else []),
        _bullets(
            Message.of("render.patient.tell.day"),
            Message.of("render.patient.tell.missed"),
            Message.of("render.patient.tell.others"),
        ),
        Paragraph(text=_words(Message.of("render.patient.tell.same_day"))),
        _phone(),
    ]
    return Section(id="tell", title=_words(Message.of("render.patient.tell.title")), blocks=tuple(blocks))


def _read(review: Review) -> Section | None:
    found = own_articles(review)[:_MOST_ARTICLES]
    if not found:
        return None
    return Section(
        id="read",
        title=_words(Message.of("render.patient.read.title")),
        blocks=(
            Bullets(items=tuple(Paragraph(text=a.title) for a in found)),
            Paragraph(text=_words(Message.of("render.patient.read.ask"))),
        ),
    )


_OUTCOMES = (
    ("responders_30pct", "render.patient.trials.helped"),
    ("weight_gain", "render.patient.trials.weight"),
    ("somnolence", "render.patient.trials.sleepy"),
)


def _trials(review: Review) -> Section | None:
    """What trials found, as people of a hundred; averages, and said to be that."""
    pictures: list[Block] = []
    for one in review.evidence:
        by = {line.outcome: line for line in one.lines if line.without is not None}
        for outcome, name in _OUTCOMES:
            line = by.get(outcome)
            if line is None or line.without is None:
                continue
            without = round(line.without)
            with_it = round(min(100.0, max(0.0, line.without + line.estimate)))
            what = _words(Message.of(name))
            told = _words(
                Message.of("render.patient.trials.of_100", without=without, with_it=with_it, what=what)
            )
            pictures.append(
                Picture(
                    shows=IconArray(
                        title=what,
                        groups=(
                            IconGroup(
                                name=_words(Message.of("render.patient.trials.without")), count=without
                            ),
                            IconGroup(
                                name=_words(Message.of("render.patient.trials.with", drug=one.words)),
                                count=with_it,
                            ),
                        ),
                    ),
                    alt=told,
                    caption=told,
                )
            )
    if not pictures:
        return None
    return Section(
        id="trials",
        title=_words(Message.of("render.patient.trials.title")),
        blocks=(Paragraph(text=_words(Message.of("render.patient.trials.averages"))), *pictures),
    )


def patient_page(review: Review) -> Report:
    """The page, in the words of the patients' catalogue."""
    urgent = binds(review.findings) or any(f.demands is not None for f in review.findings)
    sections = (
        _today()
        if urgent
        else (
            _curve(review),
            _meaning(review),
            _tell(review),
            _read(review),
            _trials(review),
        )
    )
    patient = review.record.patient
    return Report(
        title=_words(Message.of("render.patient.title")),
        subtitle=_words(
            Message.of("render.patient.for", name=isolated(patient.id[:_LONGEST_NAME]), day=review.at)
        )
        if patient.id
        else _words(Message.of("render.patient.up_to", day=review.at)),
        banner=_words(Message.of("render.patient.simulated")) if patient.simulated else "",
        sections=tuple(s for s in sections if s is not None),
        footer=_words(Message.of("render.patient.foot")),
    )
