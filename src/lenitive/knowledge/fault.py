"""Faults in knowledge files: where, what, and how to mend them."""

from __future__ import annotations

from pydantic import ValidationError

from lenitive.frozen import dataclass

__all__ = ["Fault", "KnowledgeError", "faults_of"]


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


_REMEDIES = {
    "missing": "Add the key",
    "extra_forbidden": "Remove it or correct its spelling",
    "literal_error": "Use one of the words listed",
    "enum": "Use one of the words listed",
    "value_error": "Correct the row",
    "date_type": "Give the day as YYYY-MM-DD, without quotes",
    "float_type": "Give a number, without quotes",
    "too_short": "Give at least one",
    "string_too_short": "Write it, in one plain sentence",
    "no_unknown": "Write in one sentence what is not recorded and why it matters; `says` is for what is recorded",
    "idle_unknown": "Set if_unknown to ask or assume, or remove `unknown`",
    "no_action_if_measured": "Write what to do when a value came that does not settle it; only for a bound in handled_by",
}


def faults_of(error: ValidationError, *, file: str, prefix: str = "") -> list[Fault]:
    """What a model refused, one fault a key; values are left out."""
    return [
        Fault(
            file=file,
            key=prefix + (".".join(map(str, one["loc"])) or "-"),
            what=one["msg"].removeprefix("Value error, "),
            remedy=_REMEDIES.get(one["type"], "See the schema"),
        )
        for one in error.errors(include_url=False, include_input=False)
    ]
