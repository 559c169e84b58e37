"""Drawings: specifications in token colours, and how they become SVG."""

from lenitive.render.charts.draw import page_svg, paper_svg
from lenitive.render.charts.palette import TOKENS

__all__ = ["TOKENS", "page_svg", "paper_svg"]
