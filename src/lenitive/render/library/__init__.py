"""The library as text and as a static site; no arithmetic."""

from lenitive.render.library.site import site_files
from lenitive.render.library.text import page_text

__all__ = ["page_text", "site_files"]
