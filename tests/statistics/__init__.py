"""Tests of cchc/statistics."""
