"""CCHC: what the records of a one-stop shop say about administrative reform."""
