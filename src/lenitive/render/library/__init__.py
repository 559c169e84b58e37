"""The library as text and as a static site; no arithmetic."""

from lenitive.render.library.site import body_html, site_files, source_links
from lenitive.render.library.text import page_text

__all__ = ["body_html", "page_text", "site_files", "source_links"]
