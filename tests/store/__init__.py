"""Tests of cchc/store."""
