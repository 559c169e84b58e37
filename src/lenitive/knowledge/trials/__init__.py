"""Fibromyalgia trials: the tables as printed, and every judgement between them and what is pooled."""
