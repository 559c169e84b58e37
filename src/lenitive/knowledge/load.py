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

from lenitive.knowledge.load_trials import load_trials
from lenitive.knowledge.schema.articles import Article, OpeningFile, OpeningRule, SynonymFile, SynonymGroup
from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.references import Reference
from lenitive.knowledge.schema.trials import TrialBase

if TYPE_CHECKING:
    from lenitive.knowledge.load_kinetics import KineticsFiles

__all__ = ["FOLDER", "Fault", "Knowledge", "KnowledgeError", "faults_of", "load", "read_toml"]

FOLDER = Path(__file__).parent
_DATA = {".toml", ".csv", ".bib", ".md", ".json"}

Model = TypeVar("Model", bound=KnowledgeModel)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One fault in a knowledge file."""

    file: str
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.file}: {self.key}: {self.what}. {self.remedy}."


class KnowledgeError(Exception):
    """Knowledge that may not be used, with every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


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


def faults_of(error: ValidationError, *, file: str, prefix: str = "") -> list[Fault]:
    """What a model refused, one fault a key; values are left out."""
    return [
        Fault(
            file=file,
            key=prefix + (".".join(map(str, one["loc"])) or "-"),
            what=one["msg"],
            remedy=_REMEDIES.get(one["type"], "See the schema"),
        )
        for one in error.errors(include_url=False, include_input=False)
    ]


_REMEDIES = {
    "missing": "Add the key",
    "extra_forbidden": "Remove it or correct its spelling",
}


def _sound(found: Found, faults: list[Fault]) -> Found:
    if faults:
        raise KnowledgeError(faults)
    return found


@dataclass(frozen=True)
class Knowledge:
    """All that is known. Each kind of thing is read when it is first asked for.

    Attributes:
        folder: Where the files lie.
    """

    folder: Path = field(default=FOLDER)

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
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in _DATA and path.is_file():
                data = path.read_bytes()
                total.update(f"{path.relative_to(self.folder).as_posix()}\0{len(data)}\0".encode() + data)
        return total.hexdigest()[:16]

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
    def kinetics(self) -> KineticsFiles:
        """Each drug's kinetics."""
        from lenitive.knowledge.load_kinetics import read_kinetics

        return read_kinetics(self.folder)


@cache
def load(folder: Path = FOLDER) -> Knowledge:
    """The knowledge in a folder.

    Raises:
        KnowledgeError: When a part that is asked for has faults; it names all of them.
    """
    return Knowledge(folder=folder)
