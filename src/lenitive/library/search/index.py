"""The index: tantivy with one ranking for the curated shelf and for a large corpus.

Ranking: BM25 (k1 = 1.2, b = 0.75) over four readings of the same text, added with fixed weights:

* 1.00 x the whole text, stemmed;
* 0.50 x the title alone, stemmed;
* 0.30 x the whole text, word for word;
* 0.25 x pairs of neighbouring topic words, stemmed and indexed as terms of their own: a phrase at the price of a word;
* 0.35 x synonyms of the query's words.

The weights were chosen on the public retrieval sets, never on the questions over our own articles (see
``docs/methods/library.md``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from itertools import pairwise
from typing import Any

import tantivy

from lenitive.frozen import dataclass
from lenitive.knowledge import SynonymGroup
from lenitive.library.search.document import Document, Origin
from lenitive.library.search.words import STOP_WORDS, Lexicon, tokens

__all__ = ["FACETS", "FieldWeights", "Filters", "Hit", "Results", "SearchIndex", "fill", "schema"]

FACETS = ("origin", "shelf", "audience", "drugs", "year")
"""Properties that results are counted by."""

_HEAP = 64_000_000
_SNIPPET = 220


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeights:
    """The weights of the ranking, relative to the stemmed whole text."""

    title: float = 0.5
    exact: float = 0.3
    phrase: float = 0.25
    synonym: float = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a result must be; an empty field asks nothing."""

    origin: str = ""
    shelf: str = ""
    audience: str = ""
    drug: str = ""
    year_from: int | None = None
    year_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result.

    Attributes:
        key: The document's key.
        title: Its title.
        summary: Its summary.
        origin: Curated or added.
        score: The ranking's score; comparable within one query only.
        snippet: The passage that fits best, as pieces: text and whether it is a match.
        licence: Its licence, where known.
        address: Where to read it.
    """

    key: str
    title: str
    summary: str
    origin: Origin
    score: float
    snippet: tuple[tuple[str, bool], ...]
    licence: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a search gave.

    Attributes:
        hits: Best first.
        total: How many texts matched; -1 when it was not counted.
        read_as: Words that were mended: as typed, as read.
        also: Synonyms that were looked for too.
        facets: Counts by property over all matches.
    """

    hits: tuple[Hit, ...]
    total: int = -1
    read_as: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    facets: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


def schema() -> tantivy.Schema:
    """The fields of an index."""
    build = tantivy.SchemaBuilder()
    build.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("title", stored=True, tokenizer_name="en_stem")
    build.add_text_field("whole", stored=True, tokenizer_name="en_stem")
    build.add_text_field("exact", tokenizer_name="default", index_option="freq")
    build.add_text_field("pairs", tokenizer_name="whitespace", index_option="freq")
    build.add_text_field("summary", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("origin", "shelf", "audience", "drugs"):
        build.add_text_field(name, stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    build.add_integer_field("year", stored=True, indexed=True, fast=True)
    build.add_text_field("licence", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("address", stored=True, tokenizer_name="raw", index_option="basic")
    return build.build()


def _analyzer(*, topics: bool) -> tantivy.TextAnalyzer:
    """The engine's own ``en_stem`` analysis, with stop words taken out where only topic words are wanted."""
    build = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    if topics:
        build = build.filter(tantivy.Filter.custom_stopword(sorted(STOP_WORDS)))
    return build.filter(tantivy.Filter.stemmer("english")).build()


_STEMS = _analyzer(topics=False)
_TOPIC_STEMS = _analyzer(topics=True)


def _paired(stems: Sequence[str]) -> list[str]:
    """Neighbouring words as single terms."""
    return [f"{a}_{b}" for a, b in pairwise(stems)]


def _whole(document: Document) -> str:
    return "\n".join(
        filter(None, (document.title, document.summary, document.body, " ".join(document.keywords)))
    )


def fill(
    index: tantivy.Index, documents: Iterable[Document], *, told: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Puts documents into an index, replacing those with the same key; returns in how many each word occurs."""
    writer = index.writer(_HEAP, 1)
    counts: Counter[str] = Counter()
    for number, document in enumerate(documents, start=1):
        writer.delete_documents_by_term("key", document.key)
        whole = _whole(document)
        counts.update(set(_all_tokens(whole)))
        fields: dict[str, Any] = {
            "key": document.key,
            "title": document.title,
            "whole": whole,
            "exact": whole,
            "pairs": " ".join(_paired(_TOPIC_STEMS.analyze(whole))),
            "summary": document.summary,
            "origin": document.origin.value,
            "licence": document.licence,
            "address": document.address,
            "drugs": list(document.drugs),
        }
        if document.shelf:
            fields["shelf"] = document.shelf
        if document.audience:
            fields["audience"] = document.audience
        if document.year is not None:
            fields["year"] = document.year
        writer.add_document(tantivy.Document(**fields))
        if told is not None:
            told(number)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return dict(counts)


def _all_tokens(text: str) -> Iterable[str]:
    for start in range(0, len(text), 4000):
        words = text[start : start + 4000].split()
        for place in range(0, len(words), 40):
            yield from tokens(" ".join(words[place : place + 40]))


class SearchIndex:
    """Searches one index."""

    def __init__(
        self, index: tantivy.Index, lexicon: Lexicon, *, weights: FieldWeights | None = None
    ) -> None:
        self._index = index
        self._schema = index.schema
        self._lexicon = lexicon
        self._weights = weights or FieldWeights()

    @classmethod
    def of(
        cls,
        documents: Iterable[Document],
        *,
        synonyms: Sequence[SynonymGroup] = (),
        weights: FieldWeights | None = None,
    ) -> SearchIndex:
        """An index in memory over these documents."""
        index = tantivy.Index(schema())
        counts = fill(index, documents)
        return cls(index, Lexicon(counts=counts, groups=tuple(synonyms)), weights=weights)

    def _matching(self, words: list[str], also: Sequence[str]) -> tantivy.Query:
        """Every text that holds a word of the query or a one-word synonym: what facets are counted over."""
        stems = dict.fromkeys(_STEMS.analyze(" ".join([*words, *(a for a in also if " " not in a)])))
        terms = [tantivy.Query.term_query(self._schema, "whole", stem, "basic") for stem in stems]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, t) for t in terms])

    def _query(self, words: list[str], also: Sequence[str]) -> tantivy.Query:
        """One flat union of weighted terms: only a flat union lets the engine skip texts that cannot win."""
        weights = self._weights
        asked: defaultdict[tuple[str, str], float] = defaultdict(float)
        stems = _STEMS.analyze(" ".join(words))
        for stem in stems:
            asked["whole", stem] += 1.0
            asked["title", stem] += weights.title
        for word in words:
            asked["exact", word] += weights.exact
        for pair in dict.fromkeys(_paired(stems)):
            asked["pairs", pair] += weights.phrase
        for other in also:
            parts = _TOPIC_STEMS.analyze(other) or _STEMS.analyze(other)
            if len(parts) == 1:
                asked["whole", parts[0]] += weights.synonym
                asked["title", parts[0]] += weights.synonym * weights.title
            for pair in _paired(parts):
                asked["pairs", pair] += weights.synonym
        return tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(
                        tantivy.Query.term_query(self._schema, name, term, "freq"), weight
                    ),
                )
                for (name, term), weight in asked.items()
            ]
        )

    def _limits(self, filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        asked = []
        for name, value in (
            ("origin", filters.origin),
            ("shelf", filters.shelf),
            ("audience", filters.audience),
            ("drugs", filters.drug),
        ):
            if value:
                asked.append(tantivy.Query.term_query(self._schema, name, value))
        if filters.year_from is not None or filters.year_to is not None:
            first = filters.year_from if filters.year_from is not None else 0
            last = filters.year_to if filters.year_to is not None else 9999
            asked.append(
                tantivy.Query.range_query(self._schema, "year", tantivy.FieldType.Integer, first, last)
            )
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(q, 0.0)) for q in asked]

    def search(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        limit: int = 10,
        facets: bool = False,
        snippets: bool = True,
    ) -> Results:
        """The texts that fit, best first.

        Args:
            text: What was typed. Any text is allowed; only its words count.
            filters: What a result must be.
            limit: At most so many results, from 1 to 1000.
            facets: Whether all matches are counted by property.
            snippets: Whether each result shows its best passage.
        """
        typed = tokens(text)
        read = [(w, self._lexicon.mended(w)) for w in typed]
        words = [w for _, w in read]
        also = self._lexicon.synonyms(words)
        words = [w for w in words if w not in STOP_WORDS] or words
        if not words:
            return Results(hits=(), total=0)
        limits = self._limits(filters or Filters())

        def limited(query: tantivy.Query) -> tantivy.Query:
            return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *limits]) if limits else query

        query = limited(self._query(words, also))
        searcher = self._index.searcher()
        found = searcher.search(query, max(1, min(limit, 1000)), count=False).hits
        snip = None
        if snippets:
            snip = tantivy.SnippetGenerator.create(searcher, query, self._schema, "whole")
            snip.set_max_num_chars(_SNIPPET)
        hits = tuple(self._hit(searcher.doc(address), float(points), snip) for points, address in found)
        counted = _facets(searcher, limited(self._matching(words, also))) if facets else {}
        return Results(
            hits=hits,
            total=sum(n for _, n in counted["origin"]) if facets else -1,
            read_as=tuple((a, b) for a, b in read if a != b),
            also=tuple(also),
            facets=counted,
        )

    def _hit(self, stored: tantivy.Document, points: float, snip: Any) -> Hit:
        def one(name: str) -> str:
            value = stored.get_first(name)
            return "" if value is None else str(value)

        title = one("title")
        return Hit(
            key=one("key"),
            title=title,
            summary=one("summary"),
            origin=Origin(one("origin")),
            score=points,
            snippet=_pieces(snip.snippet_from_doc(stored)) if snip is not None else (),
            licence=one("licence"),
            address=one("address"),
        )


def _pieces(snippet: Any) -> tuple[tuple[str, bool], ...]:
    """A snippet as pieces of text, each with whether it matched (the engine counts bytes)."""
    raw = snippet.fragment().encode()
    pieces, at = [], 0
    for span in sorted(snippet.highlighted(), key=lambda s: s.start):
        if span.start < at:
            continue
        if span.start > at:
            pieces.append((raw[at : span.start].decode(errors="ignore"), False))
        pieces.append((raw[span.start : span.end].decode(errors="ignore"), True))
        at = span.end
    if at < len(raw):
        pieces.append((raw[at:].decode(errors="ignore"), False))
    return tuple((" ".join(t.split("\n")), hit) for t, hit in pieces)


def _facets(searcher: Any, query: tantivy.Query) -> dict[str, tuple[tuple[str, int], ...]]:
    asked = {name: {"terms": {"field": name, "size": 50}} for name in FACETS}
    counted = searcher.aggregate(query, asked)
    return {
        name: tuple((_label(b["key"]), int(b["doc_count"])) for b in counted[name]["buckets"])
        for name in FACETS
    }


def _label(key: object) -> str:
    return f"{key:.0f}" if isinstance(key, float) else str(key)
