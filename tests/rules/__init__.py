"""Tests of cchc/rules."""
