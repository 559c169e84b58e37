"""Reads the knowledge files. The one place in the core that opens files: those beside this module.

Every fault of every file is reported at once, with its file, key and remedy; knowledge with a fault stops the start.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from lenitive.knowledge.fault import Fault, KnowledgeError, faults_of
from lenitive.knowledge.interaction_index import Interactions
from lenitive.knowledge.load_drugs import Drugs, load_interactions, load_sources, load_topics
from lenitive.knowledge.load_substances import load_substances
from lenitive.knowledge.load_trials import load_trials
from lenitive.knowledge.schema.articles import Article, OpeningFile, OpeningRule, SynonymFile, SynonymGroup
from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.facts import Topic
from lenitive.knowledge.schema.planning import PlanningFile
from lenitive.knowledge.schema.protocols import Protocol, ProtocolCase
from lenitive.knowledge.schema.references import Reference
from lenitive.knowledge.schema.substances import ListedSource
from lenitive.knowledge.schema.trials import TrialBase
from lenitive.knowledge.substance_index import Match, Substances

if TYPE_CHECKING:
    from lenitive.knowledge.load_judgement import Judgement
    from lenitive.knowledge.load_kinetics import KineticsFiles
    from lenitive.knowledge.load_safety import SafetyRules
    from lenitive.knowledge.load_sleep import SleepFacts

__all__ = ["FOLDER", "Fault", "Knowledge", "KnowledgeError", "faults_of", "load", "read_toml"]

FOLDER = Path(__file__).parent
_DATA = {".toml", ".csv", ".bib", ".md", ".json"}

Model = TypeVar("Model", bound=KnowledgeModel)
Found = TypeVar("Found")


def read_toml(path: Path, model: type[Model], faults: list[Fault], *, root: Path = FOLDER) -> Model | None:
    """One TOML file as its model, or None with its faults added to the list."""
    name = path.relative_to(root).as_posix()
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(
            Fault(file=name, key="-", what=f"not readable as TOML ({error})", remedy="Mend the syntax")
        )
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults.extend(faults_of(error, file=name))
        return None


def _sound(found: Found, faults: list[Fault]) -> Found:
    if faults:
        raise KnowledgeError(faults)
    return found


@dataclass(frozen=True)
class Knowledge:
    """All that is known. Each kind of thing is read when it is first asked for.

    Attributes:
        folder: Where the files lie.
        site_protocols: A folder with a site's own protocols, laid out as ``protocols`` here; None without. One for a drug
            takes the place of ours for that drug.
    """

    folder: Path = field(default=FOLDER)
    site_protocols: Path | None = None

    @cached_property
    def references(self) -> dict[str, Reference]:
        """The bibliography, by citation key."""
        from lenitive.knowledge.load_library import read_bibtex

        faults: list[Fault] = []
        name = "references.bib"
        found = read_bibtex((self.folder / name).read_text(encoding="utf-8"), file=name, faults=faults)
        return _sound(found, faults)

    @cached_property
    def articles(self) -> dict[str, Article]:
        """The library's articles, by id."""
        from lenitive.knowledge.load_library import read_articles

        faults: list[Fault] = []
        return _sound(read_articles(self.folder / "articles", root=self.folder, faults=faults), faults)

    @cached_property
    def openings(self) -> tuple[OpeningRule, ...]:
        """The rules that offer articles beside a review."""
        faults: list[Fault] = []
        file = read_toml(self.folder / "articles" / "opening.toml", OpeningFile, faults, root=self.folder)
        return _sound(file.rule if file else (), faults)

    @cached_property
    def synonyms(self) -> tuple[SynonymGroup, ...]:
        """Words that stand for the same thing in a search."""
        faults: list[Fault] = []
        file = read_toml(self.folder / "articles" / "synonyms.toml", SynonymFile, faults, root=self.folder)
        return _sound(file.group if file else (), faults)

    @cached_property
    def citation_style(self) -> bytes:
        """The CSL style in which the bibliography is printed (its licence stands in the file)."""
        return (self.folder / "articles" / "bmj.csl").read_bytes()

    @cached_property
    def version(self) -> str:
        """A digest of every data file: equal digests mean equal knowledge."""
        total = hashlib.sha256()
        for name, path in self._data_files():
            data = path.read_bytes()
            total.update(f"{name}\0{len(data)}\0".encode() + data)
        return total.hexdigest()[:16]

    def file_digests(self) -> dict[str, str]:
        """The digest of each data file by its name, so that a change can be named."""
        return {name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for name, path in self._data_files()}

    def _data_files(self) -> list[tuple[str, Path]]:
        def files(folder: Path, before: str) -> list[tuple[str, Path]]:
            return [
                (before + path.relative_to(folder).as_posix(), path)
                for path in sorted(folder.rglob("*"))
                if path.suffix in _DATA and path.is_file()
            ]

        own = files(self.site_protocols, "site-protocols/") if self.site_protocols is not None else []
        return files(self.folder, "") + own

    @cached_property
    def trials(self) -> TrialBase:
        """The fibromyalgia trials: tables as printed, judgements, missing results.

        Raises:
            KnowledgeError: When a table or a judgement has a fault.
        """
        faults: list[Fault] = []
        base = load_trials(self.folder, faults)
        if base is None or faults:
            raise KnowledgeError(faults)
        return base

    @cached_property
    def sleep(self) -> SleepFacts:
        """What is known of recorded sleep."""
        from lenitive.knowledge.load_sleep import read_sleep

        return read_sleep(self.folder)

    @cached_property
    def judgement(self) -> Judgement:
        """The numbers that judgements turn on."""
        from lenitive.knowledge.load_judgement import read_judgement

        return read_judgement(self.folder)

    @cached_property
    def kinetics(self) -> KineticsFiles:
        """Each drug's kinetics."""
        from lenitive.knowledge.load_kinetics import read_kinetics

        return read_kinetics(self.folder)

    @cached_property
    def safety(self) -> SafetyRules:
        """Safety rules, topics and conditions."""
        from lenitive.knowledge.load_safety import read_safety

        return read_safety(self.folder, self.substances.knows)

    @cached_property
    def sources(self) -> dict[str, ListedSource]:
        """What each source key of the drug files stands for."""
        return load_sources(self.folder)

    @cached_property
    def substances(self) -> Substances:
        """Substances, their names and their classes."""
        return load_substances(self.folder, self.sources)

    @cached_property
    def drugs(self) -> Drugs:
        """Drugs by id; each file is read when it is asked for."""
        return Drugs(self.folder, self.sources, self.substances)

    @cached_property
    def interactions(self) -> Interactions:
        """Interactions and washouts."""
        return load_interactions(self.folder, self.sources, self.substances)

    @cached_property
    def planning(self) -> PlanningFile:
        """How drugs are tapered, and which are not."""
        faults: list[Fault] = []
        file = read_toml(self.folder / "planning" / "stopping.toml", PlanningFile, faults, root=self.folder)
        if file is None or faults:
            raise KnowledgeError(faults)
        return file

    @cached_property
    def protocols(self) -> dict[str, Protocol]:
        """Protocols by the drug they are for."""
        from lenitive.knowledge.load_protocols import read_protocols

        faults: list[Fault] = []
        found = read_protocols(self.folder / "protocols", faults, root=self.folder)
        own = (
            read_protocols(self.site_protocols, faults, root=self.site_protocols)
            if self.site_protocols is not None
            else {}
        )
        by_drug = {p.drug: p for p in (*found.values(), *own.values())}
        for drug, protocol in by_drug.items():
            if not self.substances.knows(drug):
                what = f"{drug!r} is no drug that is known"
                faults.append(
                    Fault(file=protocol.id, key="drug", what=what, remedy="Write the id of a drug file")
                )
        return _sound(by_drug, faults)

    @cached_property
    def protocol_cases(self) -> dict[str, tuple[ProtocolCase, ...]]:
        """The worked cases of each protocol, by its id."""
        from lenitive.knowledge.load_protocols import read_cases

        faults: list[Fault] = []
        found = read_cases(self.folder / "protocols", faults, root=self.folder)
        if self.site_protocols is not None:
            found |= read_cases(self.site_protocols, faults, root=self.site_protocols)
        return _sound(found, faults)

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Facts that belong to no single drug: stopping and switching, relaxers, care."""
        return load_topics(self.folder, self.sources)

    def resolve_drug(self, text: str) -> Match | None:
        """What a written drug name means, or None."""
        return self.substances.resolve(text)


@cache
def load(folder: Path = FOLDER, site_protocols: Path | None = None) -> Knowledge:
    """The knowledge in a folder, with a site's own protocols in place of ours when a folder of them is named.

    Raises:
        KnowledgeError: When a part that is asked for has faults; it names all of them.
    """
    return Knowledge(folder=folder, site_protocols=site_protocols)
