"""The shapes of knowledge files, one module a kind of thing. Frozen; unknown keys are refused."""

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced, SourcedNumber, SourcedText, SourceModel

__all__ = ["KnowledgeModel", "SourceModel", "Sourced", "SourcedNumber", "SourcedText"]
