"""Search time at 100 000 documents, and ranking quality on the four judged sets.

    python benchmarks/library.py            # both; needs ../shared/data
    python benchmarks/library.py --size 100000 --out benchmarks/results/library.json

The large corpus is synthetic for its size: the texts of the three public sets, each sentence order drawn anew with a
fixed seed, so that words keep their real frequencies and lengths.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import tantivy

from lenitive.knowledge.load import load
from lenitive.library.search import Document, Lexicon, Scores, SearchIndex, schema, score
from lenitive.library.search.index import fill

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
SETS = ("pubmedqa-retrieval", "trial-abstract-retrieval", "medquad-liveqa-graded")

# Baselines as printed beside the data (rank_bm25, Okapi defaults): nDCG@10, recall@10, MRR@10.
BASELINES = {
    "pubmedqa-retrieval": (0.9703, 0.9836, 0.966),
    "trial-abstract-retrieval": (0.9742, 0.9969, 0.9669),
    "medquad-liveqa-graded": (0.7793, 0.833, 0.8417),
}

Judged = dict[str, dict[str, int]]


def read_set(folder: Path) -> tuple[list[Document], dict[str, str], Judged]:
    """A judged set in BEIR layout: documents, questions, grades."""
    documents = []
    for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        first = one["text"].split("\n", 1)[0]
        title = one.get("title") or (first if "\nURL" in one["text"] else one["_id"])
        documents.append(Document(key=one["_id"], title=title, body=one["text"]))
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    questions = {q["_id"]: q["text"] for q in map(json.loads, lines)}
    judged: Judged = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, key, grade = line.split("\t")
        judged.setdefault(question, {})[key] = int(grade)
    return documents, questions, judged


def read_own(path: Path) -> tuple[dict[str, str], Judged]:
    """Our own questions over our own articles."""
    questions, judged = {}, {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        key, text, relevant = line.split("\t")
        questions[key] = text
        judged[key] = {r.rpartition(":")[0]: int(r.rpartition(":")[2]) for r in relevant.split()}
    return questions, judged


def measure(index: SearchIndex, questions: dict[str, str], judged: Judged) -> Scores:
    """The scores of the index's ranking."""
    ranked = {q: [h.key for h in index.search(questions[q], limit=10, snippets=False).hits] for q in judged}
    return score(ranked, judged)


def large(size: int, seed: int = 1) -> Iterator[Document]:
    """So many synthetic documents."""
    dice = random.Random(seed)
    real = [d for name in SETS for d in read_set(DATA / name)[0]]
    for number in range(size):
        source = real[number % len(real)]
        parts = source.body.split(". ")
        dice.shuffle(parts)
        yield Document(
            key=f"{source.key}-{number}", title=source.title, body=". ".join(parts), year=1990 + number % 35
        )


def timings(size: int) -> dict[str, object]:
    """Build time, and query times in milliseconds: median and 99th percentile."""
    start = time.perf_counter()
    index = tantivy.Index(schema())
    counts = fill(index, large(size))
    built = time.perf_counter() - start
    engine = SearchIndex(index, Lexicon(counts=counts, groups=load().synonyms))
    asked = [q for name in SETS for q in list(read_set(DATA / name)[1].values())[:150]]
    asked += list(read_own(ROOT / "tests" / "retrieval" / "own-questions.tsv")[0].values())
    for question in asked[:20]:
        engine.search(question)
    found: dict[str, object] = {"documents": size, "queries": len(asked), "build_s": round(built, 1)}
    for name, options in (("plain", {}), ("with_facets", {"facets": True})):
        wall, own = [], []
        for question in asked:
            start, used = time.perf_counter(), time.thread_time()
            engine.search(question, limit=10, **options)
            wall.append(1000 * (time.perf_counter() - start))
            own.append(1000 * (time.thread_time() - used))
        found[name] = _spent(wall) | {f"processor_{key}": value for key, value in _spent(own).items()}
    return found


def _spent(times: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum. Processor time is what counts where other work shares the cores."""
    ordered = sorted(times)
    return {
        "p50_ms": round(median(ordered), 2),
        "p99_ms": round(ordered[int(0.99 * len(ordered))], 2),
        "max_ms": round(ordered[-1], 2),
    }


def quality() -> dict[str, dict[str, float]]:
    """Scores on every judged set, the baseline beside them."""
    found: dict[str, dict[str, float]] = {}
    synonyms = load().synonyms
    for name in SETS:
        documents, questions, judged = read_set(DATA / name)
        got = measure(SearchIndex.of(documents, synonyms=synonyms), questions, judged)
        base = BASELINES[name]
        found[name] = _row(got) | {"base_ndcg": base[0], "base_recall": base[1], "base_mrr": base[2]}
    from lenitive.library.search import document_of

    questions, judged = read_own(ROOT / "tests" / "retrieval" / "own-questions.tsv")
    articles = load().articles
    index = SearchIndex.of(map(document_of, articles.values()), synonyms=synonyms)
    found["own-questions"] = _row(measure(index, questions, judged))
    return found


def _row(got: Scores) -> dict[str, float]:
    return {
        "questions": got.questions,
        "ndcg": round(got.ndcg, 4),
        "ndcg_linear_gain": round(got.ndcg_linear, 4),
        "recall": round(got.recall, 4),
        "mrr": round(got.mrr, 4),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    report = {"python": platform.python_version(), "quality": quality(), "speed": timings(options.size)}
    text = json.dumps(report, indent=2)
    print(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
