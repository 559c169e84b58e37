"""A Review as words: blocks first, then a terminal view, a page, a PDF, or the review document. No arithmetic."""
