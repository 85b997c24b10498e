"""Figures as sentences: what they say, in words a chairman reads."""
