"""Tests of cchc/entered."""
