"""Any record that can be made, for property tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hypothesis import strategies as st

from lenitive.record import (
    NIGHT_NUMBERS,
    ActivityDone,
    Coded,
    DeviceClass,
    Diagnosis,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    ObjectiveNight,
    Patient,
    PlanTarget,
    Record,
    Taken,
)
from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES, PREFERENCES, Quantity, Severity

# One span, so that no day is stray; strays have tests of their own.
START = date(2025, 9, 1)
DAYS = st.integers(0, 400).map(lambda n: START + timedelta(n))

# Every character a file may hold, with those that CSV, TOML and spreadsheets give a meaning far more often.
PLAIN = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\r")
TEXT = st.text(st.one_of(PLAIN, st.sampled_from("\"',;\t\r\n#=+-@\\ \ufeff[]{}")), max_size=30)

# What may stand in the file for a drug that is known by one name.
WRITTEN = {
    "mirtazapine": ("", "Zispin", "REMERON", "mirtazapin", "Mirtazapine 15 mg tablets", "N06AX11"),
    "st_johns_wort": ("", "St John's wort 300", "st johns wort"),
    "paracetamol": ("", "acetaminophen", "Paracetamol"),
}

SCORE = st.one_of(st.none(), st.integers(0, 10).map(float), st.floats(0, 10))
maybe = st.none() | st.booleans()


@st.composite
def moments(draw: st.DrawFn, day: date) -> datetime:
    offset = timezone(timedelta(minutes=draw(st.integers(-12 * 60, 14 * 60))))
    after = timedelta(
        seconds=draw(st.integers(0, 5 * 86400)), microseconds=draw(st.sampled_from([0, 1, 999999]))
    )
    return (
        datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=14))).astimezone(offset)
        + after
    )


@st.composite
def diary_days(draw: st.DrawFn) -> DiaryDay:
    day = draw(DAYS)
    return DiaryDay(
        day=day,
        pain=draw(SCORE),
        sleep_disturbance=draw(SCORE),
        fatigue=draw(SCORE),
        interference=draw(SCORE),
        mood_low=draw(SCORE),
        sleep_hours=draw(st.none() | st.floats(0, 24)),
        awakenings=draw(st.none() | st.integers(0, 100)),
        taken=draw(st.none() | st.sampled_from(Taken)),
        entered_at=draw(st.none() | moments(day)),
        note=draw(TEXT),
    )


@st.composite
def medicines(draw: st.DrawFn) -> tuple[MedicinePeriod, ...]:
    found = []
    for drug in draw(
        st.lists(
            st.sampled_from(["mirtazapine", "st_johns_wort", "paracetamol", "ß-drug", "ميرتازابين 15"]),
            unique=True,
        )
    ):
        start = draw(DAYS)
        times = draw(
            st.lists(
                st.sampled_from(["bedtime", "morning", "noon", "07:30", "23:59"]),
                min_size=1,
                max_size=3,
                unique=True,
            )
        )
        low = draw(st.sampled_from([0.5, 0.2, 0.1]))  # three times 45 mg is not yet asked about
        for _ in range(draw(st.integers(1, 4))):
            end = start + timedelta(draw(st.integers(0, 60)))
            span = (end - start).days
            found.append(
                MedicinePeriod(
                    drug=drug,
                    # Doses of one drug lie within a factor of 100, as the reader asks.
                    dose_mg=draw(st.just(0.0) | st.floats(low, low * 90)),
                    start=start,
                    end=end,
                    times=tuple(IntakeTime(text) for text in times),
                    form=draw(TEXT),
                    reason=draw(TEXT),
                    missed=frozenset(
                        start + timedelta(n) for n in draw(st.sets(st.integers(0, span), max_size=3))
                    ),
                    masked=draw(st.booleans()),
                    believed=draw(st.none() | TEXT.filter(bool)),
                    written=draw(st.sampled_from(WRITTEN.get(drug, ("",)))),
                )
            )
            start = end + timedelta(1 + draw(st.integers(0, 5)))
    for _ in range(draw(st.integers(0, 2))):
        found.append(
            MedicinePeriod(
                drug="ibuprofen",
                dose_mg=400,
                start=START + timedelta(len(found)),
                end=START + timedelta(len(found)),
                times=(IntakeTime("prn"),),
            )
        )
    return tuple(found)


@st.composite
def measurements(draw: st.DrawFn) -> Measurement:
    measure = MEASURES[draw(st.sampled_from(sorted(MEASURES)))]
    numbers = (
        st.integers(int(measure.low), int(measure.high)).map(float)
        if measure.whole
        else st.floats(measure.low, measure.high)
    )
    note = draw(TEXT)
    return Measurement(
        day=draw(DAYS),
        measure=measure.id,
        quantity=Quantity(draw(numbers), measure.unit),
        note="mirtazapine" + note if measure.id == "drug_level" else note,
    )


@st.composite
def nights(draw: st.DrawFn) -> ObjectiveNight:
    day = draw(DAYS)
    label = TEXT.map(str.strip).filter(bool)
    offset = draw(st.none() | st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))))
    start = draw(st.none() | st.just(datetime(day.year, day.month, day.day, 1, 30, tzinfo=offset)))
    return ObjectiveNight(
        day=day,
        source=draw(label),
        device_class=draw(st.sampled_from(DeviceClass)),
        definition=draw(label),
        start=start,
        end=None if start is None else start + timedelta(minutes=draw(st.integers(1, 1000))),
        **{
            name: draw(st.none() | st.floats(0, high))
            for name, high in NIGHT_NUMBERS.items()
            if name != "tst_min"
        },
    )


CODED = st.builds(Coded, display=TEXT.filter(bool), system=TEXT, code=TEXT) | st.builds(
    Coded, code=TEXT.filter(bool)
)

PATIENTS = st.builds(
    Patient,
    id=TEXT,
    birth_year=st.none() | st.integers(1900, 2020),
    sex=st.none() | st.sampled_from(["female", "male"]),
    height_cm=st.none() | st.floats(80, 260),
    smoker=maybe,
    pregnant=maybe,
    breastfeeding=maybe,
    egfr_ml_min=st.none() | st.floats(1, 250),
    hepatic_impairment=st.none() | st.sampled_from(["none", "mild", "moderate", "severe"]),
    cyp2d6=st.none() | st.sampled_from(["poor", "intermediate", "normal", "ultrarapid"]),
    conditions=st.lists(CODED, max_size=3).map(tuple),
    allergies=st.lists(CODED, max_size=3).map(tuple),
    diagnosis=st.none()
    | st.builds(
        Diagnosis, criteria=TEXT, wpi=st.none() | st.integers(0, 19), sss=st.none() | st.integers(0, 12)
    ),
    preferences=st.dictionaries(st.sampled_from(PREFERENCES), st.floats(0, 10), max_size=4),
    onset=st.dictionaries(st.sampled_from(["mirtazapine", "low-dose herb", "st_johns_wort"]), st.floats(0.1, 366), max_size=2),
    plan=st.none()
    | st.builds(PlanTarget, about=TEXT, outcome=TEXT, success=TEXT, review_date=st.none() | DAYS, stop_rule=TEXT),
    simulated=TEXT,
).filter(lambda p: p.sex != "male" or not (p.pregnant or p.breastfeeding))

RECORDS = st.builds(
    Record,
    patient=PATIENTS,
    medicines=medicines(),
    diary=st.lists(diary_days(), max_size=6, unique_by=lambda entry: entry.day).map(tuple),
    effects=st.lists(
        st.builds(
            EffectReport,
            day=DAYS,
            effect=st.sampled_from(sorted(EFFECTS)),
            severity=st.sampled_from(Severity),
            stops_activities=maybe,
            note=TEXT,
        ),
        max_size=4,
    ).map(tuple),
    measurements=st.lists(measurements(), max_size=4).map(tuple),
    activities=st.lists(
        st.builds(
            ActivityDone,
            day=DAYS,
            activity=st.sampled_from(sorted(ACTIVITIES)),
            minutes=st.none() | st.floats(0, 1440),
        ),
        max_size=4,
    ).map(tuple),
    nights=st.lists(
        nights(), max_size=2, unique_by=lambda night: (night.day, night.source, night.definition)
    ).map(tuple),
)
