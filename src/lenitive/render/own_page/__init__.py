"""The patient's own page: a review in plain words, without doses, verdicts or advice."""
