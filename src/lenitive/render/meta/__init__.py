"""A table's meta-analysis as a report: what was pooled or fitted, and what a panel asks of it."""

from lenitive.render.meta.asked import PARTS as META_PARTS
from lenitive.render.meta.asked import MetaAsked
from lenitive.render.meta.report import meta_report

__all__ = ["META_PARTS", "MetaAsked", "meta_report"]
