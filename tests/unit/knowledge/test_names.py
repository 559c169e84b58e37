"""What a written drug name means: a table, and the properties behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenitive.knowledge import load

SUBSTANCES = load().substances

TABLE = [
    # written, id, how
    ("mirtazapine", "mirtazapine", "name"),
    ("Mirtazapine", "mirtazapine", "name"),
    ("  MIRTAZAPINE ", "mirtazapine", "name"),
    ("Remeron", "mirtazapine", "brand"),
    ("remeron soltab", "mirtazapine", "misspelling"),
    ("RemeronSolTab 15 mg", "mirtazapine", "brand"),
    ("Zispin SolTab", "mirtazapine", "brand"),
    ("mirtazapine hemihydrate", "mirtazapine", "salt"),
    ("Mirtazapine 15 mg tablets", "mirtazapine", "form"),
    ("mirtazapine 30mg odt", "mirtazapine", "form"),
    ("mirtazapine 15 mg/mL oral solution", "mirtazapine", "form"),
    ("mirtazepine", "mirtazapine", "misspelling"),
    ("mirtazipine", "mirtazapine", "misspelling"),
    ("mirtazapin", "mirtazapine", "synonym"),
    ("rxnorm:15996", "mirtazapine", "code"),
    ("N06AX11", "mirtazapine", "code"),
    ("http://www.nlm.nih.gov/research/umls/rxnorm|15996", "mirtazapine", "code"),
    ("duloxetine hydrochloride", "duloxetine", "salt"),
    ("Duloxetine HCl 60 mg delayed release capsule", "duloxetine", "salt"),
    ("Cymbalta 30mg", "duloxetine", "brand"),
    ("duloxitine", "duloxetine", "misspelling"),
    ("Savella", "milnacipran", "brand"),
    ("amitriptyline", "amitriptyline", "name"),
    ("amytriptyline", "amitriptyline", "misspelling"),
    ("amitryptiline", "amitriptyline", "misspelling"),
    ("Elavil", "amitriptyline", "brand"),
    ("Lyrica", "pregabalin", "brand"),
    ("pregabaline", "pregabalin", "misspelling"),
    ("gabapentin enacarbil", "gabapentin", "salt"),
    ("cyclobenzaprine HCl 5mg", "cyclobenzaprine", "salt"),
    ("Flexeril", "cyclobenzaprine", "brand"),
    ("Tonmya", "cyclobenzaprine_sublingual", "brand"),
    ("cyclobenzaprine sublingual", "cyclobenzaprine_sublingual", "name"),
    ("sublingual cyclobenzaprine", "cyclobenzaprine_sublingual", "synonym"),
    ("cyclobenzaprine SL 2.8 mg", "cyclobenzaprine_sublingual", "synonym"),
    ("tizanidine hydrochloride", "tizanidine", "salt"),
    ("St. John's wort", "st_johns_wort", "name"),
    ("Johanniskraut", "st_johns_wort", "synonym"),
    ("meperidine", "pethidine", "synonym"),
    ("rifampin", "rifampicin", "synonym"),
    ("methylene blue", "methylthioninium", "synonym"),
    ("Zyvox", "linezolid", "brand"),
    ("Ultram", "tramadol", "brand"),
    ("tramadol HCl 50 mg", "tramadol", "salt"),
    ("Paxil", "paroxetine", "brand"),
    ("sertralin", "sertraline", "misspelling"),
    ("venlafaxine XR 75 mg", "venlafaxine", "form"),
    ("lithium carbonate", "lithium", "salt"),
    ("HCTZ", "hydrochlorothiazide", "abbreviation"),
    ("Wellbutrin XL", "bupropion", "brand"),
    ("ibuprofin", "ibuprofen", "misspelling"),
    ("combined oral contraceptive", "ethinylestradiol", "synonym"),
    ("smoking", "tobacco", "synonym"),
]


@pytest.mark.parametrize(("written", "means", "how"), TABLE)
def test_a_written_name_means(written, means, how):
    match = SUBSTANCES.resolve(written)
    assert match is not None
    assert (match.id, match.how) == (means, how)
    assert match.sure == (how != "misspelling")
    assert SUBSTANCES.words(means) in match.shown


@pytest.mark.parametrize("written", ["", "   ", "xyzzy", "15 mg", "tablet", "pill", "vitamin", "abc", "???", "15996", "154"])
def test_what_means_nothing_is_nothing(written):
    assert SUBSTANCES.resolve(written) is None


@pytest.mark.parametrize("written", ["acarbose", "bicalutamide", "sirolimus", "imatinib"])
def test_a_known_drug_without_facts_says_so_and_is_never_taken_for_another(written):
    match = SUBSTANCES.resolve(written)
    assert match is not None
    assert not match.covered
    assert match.how == "not_covered"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("duloxetine", "fluoxetine"),
        ("hydroxyzine", "hydralazine"),
        ("clonidine", "clonazepam"),
        ("trazodone", "tramadol"),
        ("fluoxetine", "fluvoxamine"),
        ("chlorpromazine", "clomipramine"),
        ("lamotrigine", "terbinafine"),
        ("methadone", "methylphenidate"),
        ("nortriptyline", "amitriptyline"),
        ("zolpidem", "zolmitriptan"),
    ],
)
def test_names_that_look_alike_stay_apart(one, other):
    first, second = SUBSTANCES.resolve(one), SUBSTANCES.resolve(other)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert first.how in {"name", "not_covered"}
    assert second.how in {"name", "not_covered"}


def test_two_equally_near_names_are_no_match():
    """A wrong drug is worse than an unknown one."""
    from lenitive.knowledge import Substances
    from lenitive.knowledge.schema.substances import Substance

    two = Substances(
        [Substance(id="clobetal", name="clobetal"), Substance(id="clobetol", name="clobetol")], [], [], []
    )
    assert two.resolve("clobetul") is None
    one = Substances([Substance(id="clobetal", name="clobetal")], [], [], [])
    match = one.resolve("clobetul")
    assert match is not None
    assert match.how == "misspelling"


@given(
    st.sampled_from(sorted(SUBSTANCES.by_id)), st.sampled_from(["", " 10 mg", " 2.5mg", " tablets", " ER"])
)
def test_every_substance_resolves_to_itself_with_a_strength_or_a_form(id_, tail):
    match = SUBSTANCES.resolve(SUBSTANCES.by_id[id_].name + tail)
    assert match is not None
    assert match.id == id_


@given(st.sampled_from(SUBSTANCES.names))
def test_every_listed_name_resolves_to_its_substance(name):
    match = SUBSTANCES.resolve(name.name)
    assert match is not None
    assert match.id == name.substance


@given(st.sampled_from(sorted(s for s in SUBSTANCES.by_id if len(s) >= 9)), st.data())
def test_one_slip_never_means_another_substance(id_, data):
    name = SUBSTANCES.by_id[id_].name
    at = data.draw(st.integers(min_value=1, max_value=len(name) - 1))
    slip = name[:at] + name[at + 1 :]
    match = SUBSTANCES.resolve(slip)
    assert match is None or match.id == id_ or match.how in {"name", "brand", "synonym", "not_covered"}


@given(st.text(max_size=60))
def test_any_text_gives_a_match_or_none(text):
    match = SUBSTANCES.resolve(text)
    assert match is None or match.id in SUBSTANCES or match.how == "not_covered"
