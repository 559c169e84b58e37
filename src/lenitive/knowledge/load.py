"""What is known, as one snapshot: the bytes of every file, the version of those bytes, and what they say.

Every fault of every file is reported at once, with its file, key and remedy; knowledge with a fault stops the start.
The readers of the kinds of files are imported when a kind is first read: few commands need all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from lenitive.frozen import dataclass
from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.parsed import Parsed, read_parsed

if TYPE_CHECKING:
    from lenitive.knowledge.interaction_index import Interactions
    from lenitive.knowledge.load_drugs import Drugs
    from lenitive.knowledge.load_kinetics import KineticsFiles
    from lenitive.knowledge.load_safety import SafetyRules
    from lenitive.knowledge.load_sleep import SleepFacts
    from lenitive.knowledge.schema.articles import Article, OpeningRule, SynonymGroup
    from lenitive.knowledge.schema.base import KnowledgeModel
    from lenitive.knowledge.schema.drugs import Drug
    from lenitive.knowledge.schema.facts import Topic
    from lenitive.knowledge.schema.judgement import Judgement
    from lenitive.knowledge.schema.planning import PlanningFile
    from lenitive.knowledge.schema.programme import Exercise
    from lenitive.knowledge.schema.protocols import Protocol, ProtocolCase
    from lenitive.knowledge.schema.questionnaires import Questionnaire
    from lenitive.knowledge.schema.references import Reference
    from lenitive.knowledge.schema.substances import ListedSource
    from lenitive.knowledge.schema.trials import TrialBase
    from lenitive.knowledge.substance_index import Match, Substances

__all__ = ["FOLDER", "Knowledge", "load"]

FOLDER = Path(__file__).parent

_OURS, _SITE = "protocols/*/protocol.toml", "*/protocol.toml"
_SITE_PREFIX = "site-protocols/"
# How many snapshots `load` remembers, so that one process does not parse the same bytes twice.
_REMEMBERED = 4

Found = TypeVar("Found")
Model = TypeVar("Model", bound="KnowledgeModel")


def _sound(found: Found | None, faults: list[Fault]) -> Found:
    if faults or found is None:
        raise KnowledgeError(faults)
    return found


@dataclass(frozen=True, eq=False)
class Knowledge:
    """All that is known, at one moment. Made by `load`; an edit on disk afterwards changes nothing in it.

    Each kind of thing is parsed when it is first asked for, always from the bytes that `version` is the digest of.
    Two snapshots of the same bytes are equal.

    Attributes:
        files: The bytes of the knowledge folder.
        site: The bytes of a folder with a site's own protocols, laid out as ``protocols`` is; None without. One for a
            drug takes the place of ours for that drug.
        ahead: Parts that were parsed ahead; they count only while they are of the same bytes as ``files``.
        parts: Parts that had to be parsed, so far.
    """

    files: Files
    site: Files | None = None
    ahead: Parsed | None = field(default=None, repr=False)
    parts: dict[str, Any] = field(default_factory=dict, repr=False, init=False)

    @classmethod
    def snapshot(cls, folder: Path = FOLDER, site_protocols: Path | None = None) -> Knowledge:
        """What the folders hold now: every byte is read here, and none later.

        Raises:
            KnowledgeError: With every file that cannot be opened.
        """
        site = Files.read(site_protocols) if site_protocols is not None else None
        return cls(files=Files.read(folder), site=site)

    @cached_property
    def version(self) -> str:
        """A digest of every data file: equal digests mean equal knowledge."""
        total = hashlib.sha256()
        for before, files in self._folders():
            for name, data in files.knowledge():
                total.update(f"{before}{name}\0{len(data)}\0".encode() + data)
        return total.hexdigest()[:16]

    def file_digests(self) -> dict[str, str]:
        """The digest of each data file by its name, so that a change can be named."""
        return {
            before + name: digest
            for before, files in self._folders()
            for name, digest in files.digests().items()
        }

    def _folders(self) -> tuple[tuple[str, Files], ...]:
        ours = ("", self.files)
        return (ours,) if self.site is None else (ours, (_SITE_PREFIX, self.site))

    def __eq__(self, other: object) -> bool:
        """Whether the bytes are the same."""
        return isinstance(other, Knowledge) and (self.files, self.site) == (other.files, other.site)

    def __hash__(self) -> int:
        return hash(self.version)

    def __reduce__(self) -> tuple[type[Knowledge], tuple[Files, Files | None]]:
        """Another process is sent the bytes, and parses what it needs."""
        return Knowledge, (self.files, self.site)

    @cached_property
    def _ahead(self) -> Mapping[str, Any]:
        """The parts parsed ahead, or none where the files are others than those."""
        if self.ahead is None:
            return {}
        own = self.version if self.site is None else Knowledge(files=self.files).version
        return self.ahead if self.ahead.version == own else {}

    def _part(self, name: str, read: Callable[[], Found]) -> Found:
        """A part as it was parsed ahead, or as it is read now."""
        ahead = self._ahead
        if name in ahead:
            found: Found = ahead[name]
        else:
            found = self.parts[name] = read()
        return found

    def _one_file(self, name: str, model: type[Model]) -> Model:
        """A part that is one file."""

        def read() -> Model:
            from lenitive.knowledge.reading import read_toml

            faults: list[Fault] = []
            return _sound(read_toml(self.files, name, model, faults), faults)

        return self._part(name, read)

    def _both(
        self, name: str, read: Callable[[Files, str], dict[str, Found]]
    ) -> tuple[dict[str, Found], dict[str, Found]]:
        """What our own protocols give, and what the site's give; with the faults of both when there are any."""
        faults: list[Fault] = []
        ours: dict[str, Found] = {}
        own: dict[str, Found] = {}
        try:
            ours = self._part(name, lambda: read(self.files, _OURS))
        except KnowledgeError as error:
            faults += error.faults
        try:
            own = read(self.site, _SITE) if self.site is not None else {}
        except KnowledgeError as error:
            faults += error.faults
        return _sound((ours, own), faults)

    @cached_property
    def references(self) -> dict[str, Reference]:
        """The bibliography, by citation key."""
        from lenitive.knowledge.load_library import read_references

        return self._part("references", lambda: read_references(self.files))

    @cached_property
    def articles(self) -> dict[str, Article]:
        """The library's articles, by id."""
        from lenitive.knowledge.load_library import read_articles

        return self._part("articles", lambda: read_articles(self.files))

    @cached_property
    def openings(self) -> tuple[OpeningRule, ...]:
        """The rules that offer articles beside a review."""
        from lenitive.knowledge.schema.articles import OpeningFile

        return self._one_file("articles/opening.toml", OpeningFile).rule

    @cached_property
    def synonyms(self) -> tuple[SynonymGroup, ...]:
        """Words that stand for the same thing in a search."""
        from lenitive.knowledge.schema.articles import SynonymFile

        return self._one_file("articles/synonyms.toml", SynonymFile).group

    @cached_property
    def citation_style(self) -> bytes:
        """The CSL style in which the bibliography is printed (its licence stands in the file)."""
        faults: list[Fault] = []
        return _sound(self.files.text("articles/bmj.csl", faults), faults).encode()

    @cached_property
    def trials(self) -> TrialBase:
        """The fibromyalgia trials: tables as printed, judgements, missing results.

        Raises:
            KnowledgeError: When a table or a judgement has a fault.
        """
        from lenitive.knowledge.load_trials import load_trials

        return self._part("trials", lambda: load_trials(self.files))

    @cached_property
    def programme(self) -> dict[str, Exercise]:
        """The guided exercises, by id."""
        from lenitive.knowledge.load_programme import read_programme

        return self._part("programme", lambda: read_programme(self.files))

    @cached_property
    def questionnaires(self) -> dict[str, Questionnaire]:
        """The questionnaires that may be printed, by id."""
        from lenitive.knowledge.load_questionnaires import read_questionnaires

        return self._part("questionnaires", lambda: read_questionnaires(self.files))

    @cached_property
    def sleep(self) -> SleepFacts:
        """What is known of recorded sleep."""
        from lenitive.knowledge.load_sleep import read_sleep

        return self._part("sleep", lambda: read_sleep(self.files))

    @cached_property
    def judgement(self) -> Judgement:
        """The numbers that judgements turn on."""
        from lenitive.knowledge.load_judgement import read_judgement

        return self._part("judgement", lambda: read_judgement(self.files))

    @cached_property
    def kinetics(self) -> KineticsFiles:
        """Each drug's kinetics."""
        from lenitive.knowledge.load_kinetics import read_kinetics

        return self._part("kinetics", lambda: read_kinetics(self.files))

    @cached_property
    def safety(self) -> SafetyRules:
        """Safety rules, topics and conditions."""
        from lenitive.knowledge.load_safety import read_safety

        return self._part("safety", lambda: read_safety(self.files, self.substances.knows))

    @cached_property
    def sources(self) -> dict[str, ListedSource]:
        """What each source key of the drug files stands for."""
        from lenitive.knowledge.load_drugs import load_sources

        return self._part("sources", lambda: load_sources(self.files))

    @cached_property
    def substances(self) -> Substances:
        """Substances, their names and their classes."""
        from lenitive.knowledge.load_substances import load_substances

        return self._part("substances", lambda: load_substances(self.files, self.sources))

    @cached_property
    def drugs(self) -> Drugs:
        """Drugs by id; each file is parsed when it is asked for."""
        from lenitive.knowledge.load_drugs import Drugs, drug_ids, load_drug

        def read(drug: str) -> Drug:
            return self._part(
                f"drugs/{drug}", lambda: load_drug(self.files, drug, self.sources, self.substances)
            )

        return Drugs(drug_ids(self.files), read)

    @cached_property
    def interactions(self) -> Interactions:
        """Interactions and washouts."""
        from lenitive.knowledge.interaction_index import Interactions
        from lenitive.knowledge.load_drugs import load_interactions

        files = self._part(
            "interactions", lambda: load_interactions(self.files, self.sources, self.substances)
        )
        return Interactions(files, self.substances)

    @cached_property
    def planning(self) -> PlanningFile:
        """How drugs are tapered, and which are not."""
        from lenitive.knowledge.schema.planning import PlanningFile

        return self._one_file("planning/stopping.toml", PlanningFile)

    @cached_property
    def protocols(self) -> dict[str, Protocol]:
        """Protocols by the drug they are for."""
        from lenitive.knowledge.load_protocols import read_protocols

        ours, own = self._both(
            "protocols", lambda files, pattern: read_protocols(files, pattern, self.substances.knows)
        )
        return {p.drug: p for p in (*ours.values(), *own.values())}

    @cached_property
    def protocol_cases(self) -> dict[str, tuple[ProtocolCase, ...]]:
        """The worked cases of each protocol, by its id."""
        from lenitive.knowledge.load_protocols import read_cases

        ours, own = self._both("protocol_cases", read_cases)
        return ours | own

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Facts that belong to no single drug: stopping and switching, relaxers, care."""
        from lenitive.knowledge.load_drugs import load_topics

        return self._part("topics", lambda: load_topics(self.files, self.sources))

    def resolve_drug(self, text: str) -> Match | None:
        """What a written drug name means, or None."""
        return self.substances.resolve(text)


_snapshots: dict[Knowledge, Knowledge] = {}
_one_at_a_time = Lock()


def load(folder: Path = FOLDER, site_protocols: Path | None = None) -> Knowledge:
    """The knowledge in a folder now, with a site's own protocols in place of ours when a folder of them is named.

    The files are read again at each call; while their bytes stay the same, the answer is the same snapshot, parsed once.

    Raises:
        KnowledgeError: With every file that cannot be opened. Other faults are named, all of them, when the part that
            has them is asked for.
    """
    made = Knowledge.snapshot(folder, site_protocols)
    with _one_at_a_time:
        known = _snapshots.pop(made, None)
        if known is None:
            ahead = read_parsed(Knowledge(files=made.files).version)
            known = made if ahead is None else replace(made, ahead=ahead)
        _snapshots[known] = known
        if len(_snapshots) > _REMEMBERED:
            del _snapshots[next(iter(_snapshots))]
    return known
