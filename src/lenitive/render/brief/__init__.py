"""The one page of a visit: a review as one A4 sheet, one screen, or one text, made once and drawn three times."""
