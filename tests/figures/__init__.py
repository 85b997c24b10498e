"""Tests of cchc/figures."""
