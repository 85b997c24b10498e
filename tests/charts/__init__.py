"""Tests of cchc/charts."""
