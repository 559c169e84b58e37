"""How hard a text is to read: the Flesch-Kincaid grade.

    grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59

A grade is a year of school in the United States; a reading age is the grade plus five. Source: Kincaid et al. 1975,
Naval Technical Training Command Research Branch Report 8-75.

Syllables are counted by rule (groups of vowels, with the silent endings of English taken off). The count is compared
with the CMU pronouncing dictionary over the words of the articles (``tests/oracle/library``).
"""

from __future__ import annotations

import re

from lenitive.frozen import dataclass
from lenitive.library.markup import BlockKind, blocks, plain, sentences

__all__ = ["Readability", "readability", "syllables"]

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+(?:[.,]\d+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_HIATUS = re.compile(
    r"(?:(?<![ct])ia(?!ge)|io(?!us|n)|iu|(?<!p)eo|[^gq]ua|uou|ying|[^cgst]iou|[^h]iet|[^t]ient|ienc|ier(?=s?$)|[aeiou]ing|[^h]ea(?=s?$)|(?:re|cre)a(?=ct|te)|sm$|n['’]?t$(?<=[ds]n['’]t)|luid)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """What was counted, and the grade."""

    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """Flesch-Kincaid grade; 0 for an empty text."""
        if not self.words or not self.sentences:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59

    @property
    def age(self) -> float:
        """Reading age in years."""
        return self.grade + 5


def syllables(word: str) -> int:
    """Syllables of one English word, at least one. A numeral counts as one."""
    text = re.sub(r"[^a-z'’]", "", word.lower())
    if not text or (word.isupper() and len(word) > 1):
        return max(len(text), 1)  # an abbreviation is spelled out
    count = len(_VOWELS.findall(text)) + len(_HIATUS.findall(text))
    if text.endswith("e") and not re.search(r"([^aeiouy]le|[aeiouy]e|^[^aeiouy]+e)$", text):
        count -= 1
    elif (text.endswith("es") and not re.search(r"((s|x|z|c|g|ch|sh)es|[^aeiouyl]les)$", text)) or (
        text.endswith("ed") and not re.search(r"[td]ed$", text)
    ):
        count -= 1 if not re.search(r"[aeiouy]e[ds]$", text) else 0
    if re.search(r"[a-z]{2,}[^aeiouyl]e(ly|less|ness|ment|ful|line|time|where|spread)s?$", text):
        count -= 1
    if re.match(r"some(one|thing|what|how|body)", text):
        count -= 1
    return max(count, 1)


def readability(body: str) -> Readability:
    """The readability of an article's body: paragraphs, list items and rows, without headings and marks."""
    words = ends = beats = 0
    for block in blocks(body):
        if block.kind is BlockKind.HEADING:
            continue
        for sentence in sentences(block.text):
            found = _WORD.findall(plain(sentence))
            if found:
                words += len(found)
                ends += 1
                beats += sum(map(syllables, found))
    return Readability(words=words, sentences=ends, syllables=beats)
