"""Reads safety rules, topics and conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from pydantic import ValidationError

from lenitive.frozen import dataclass
from lenitive.knowledge.fault import Fault, KnowledgeError, faults_of
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_rows, read_toml
from lenitive.knowledge.schema.safety import ConditionIs, ConditionModel, Rule, RuleFile, Taking, TopicModel
from lenitive.terms import near_words, plain_words

__all__ = ["SafetyRules", "read_safety"]


# Words that change nothing about which condition is meant.
_LITTLE = frozenset({"of", "the", "a", "an", "with", "and", "type", "unspecified", "nos"})


def _bag(plain: str) -> tuple[str, ...]:
    """The words of a name in an order of their own, without little ones."""
    return tuple(sorted(w for w in plain.split() if w not in _LITTLE))


@dataclass(frozen=True, kw_only=True)
class SafetyRules:
    """All rules, topics and conditions."""

    rules: tuple[Rule, ...]
    topics: Mapping[str, TopicModel]
    conditions: Mapping[str, ConditionModel]
    names: Mapping[str, str]

    def wider(self, condition: str) -> tuple[str, ...]:
        """A condition and every wider one that it belongs to."""
        found = [condition]
        while (above := self.conditions[found[-1]].within) and above not in found:
            found.append(above)
        return tuple(found)

    def condition(self, written: str) -> str | None:
        """The id of a condition that a record names, or None when it is not in the list."""
        plain = plain_words(written)
        return self.names.get(plain) or self._of_words.get(_bag(plain))

    @cached_property
    def _of_words(self) -> dict[tuple[str, ...], str]:
        """Conditions by the words of their names in any order (``glaucoma, angle-closure``), where these mean one condition."""
        found: dict[tuple[str, ...], set[str]] = {}
        for name, condition in self.names.items():
            found.setdefault(_bag(name), set()).add(condition)
        return {bag: next(iter(ids)) for bag, ids in found.items() if len(ids) == 1}

    def near_conditions(self, written: str) -> tuple[str, ...]:
        """Words of the conditions that a name in no list may be a slip of, the nearest first."""
        return tuple(
            dict.fromkeys(self.conditions[self.names[w]].words for w in near_words(written, self.names))
        )

    def rule(self, rule: str) -> Rule:
        """The rule of an id.

        Raises:
            KeyError: When there is none.
        """
        for one in self.rules:
            if one.id == rule:
                return one
        raise KeyError(rule)


def read_safety(files: Files, knows: Callable[[str], bool]) -> SafetyRules:
    """The safety knowledge of a folder.

    Args:
        files: The knowledge folder's.
        knows: Whether a substance or class of an id exists.

    Raises:
        KnowledgeError: With every fault found.
    """
    faults: list[Fault] = []
    rules: list[Rule] = []
    topics: dict[str, TopicModel] = {}
    for name in files.named("safety/*.toml"):
        file = read_toml(files, name, RuleFile, faults)
        if file is None:
            continue
        for topic in file.topic:
            if topic.id in topics:
                faults.append(_fault(name, topic.id, "the topic is listed twice", "Keep one"))
            topics[topic.id] = topic
        for rule in file.rule:
            if any(rule.id == other.id for other in rules):
                faults.append(_fault(name, rule.id, "the id is taken", "Give each rule its own id"))
            rules.append(rule)
    conditions, names = _conditions(files, faults)
    for rule in rules:
        others = {d for test in rule.when if isinstance(test, Taking) for d in test.any}
        for drug in sorted({*rule.drugs, *rule.except_for, *rule.acts_on, *rule.tapers, *others}):
            if not knows(drug):
                faults.append(
                    _fault("safety", rule.id, f"unknown drug or class {drug}", "Use an id of substances/")
                )
        if rule.topic not in topics:
            faults.append(
                _fault("safety", rule.id, f"the topic {rule.topic} is not listed", "Add it to topics.toml")
            )
        asked = {c for test in rule.when if isinstance(test, ConditionIs) for c in test.any}
        for condition in sorted(asked - conditions.keys()):
            faults.append(
                _fault("safety", rule.id, f"unknown condition {condition}", "Add it to conditions.csv")
            )
    if faults:
        raise KnowledgeError(faults)
    return SafetyRules(rules=tuple(rules), topics=topics, conditions=conditions, names=names)


def _fault(file: str, key: str, what: str, remedy: str) -> Fault:
    return Fault(file=file, key=key, what=what, remedy=remedy)


def _conditions(files: Files, faults: list[Fault]) -> tuple[dict[str, ConditionModel], dict[str, str]]:
    found: dict[str, ConditionModel] = {}
    names: dict[str, str] = {}
    for _, row in read_rows(files, "safety/conditions.csv", faults):
        try:
            written = tuple(n.strip() for n in (row.get("names") or "").split(";"))
            condition = ConditionModel.model_validate({**row, "names": written})
        except ValidationError as error:
            faults += faults_of(error, file="safety/conditions.csv")
            continue
        found[condition.id] = condition
        for name in (condition.words, condition.id, *condition.names):
            plain = plain_words(name)
            if names.setdefault(plain, condition.id) != condition.id:
                faults.append(
                    _fault("safety/conditions.csv", condition.id, f"{name} means two things", "Keep one")
                )
    for condition in found.values():
        if condition.within and condition.within not in found:
            faults.append(
                _fault("safety/conditions.csv", condition.id, "within names no condition", "Correct it")
            )
    return found, names
