"""Tests of cchc/importing."""
