"""Tests of cchc/demo."""
