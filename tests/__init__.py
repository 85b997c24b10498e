"""Tests run the real path: real DuckDB, real Parquet, and a real browser for what a reader sees."""
