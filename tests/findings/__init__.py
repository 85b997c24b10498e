"""Tests of cchc/findings."""
