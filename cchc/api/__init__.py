"""What other software asks of the server, and gets as JSON, CSV or Parquet."""
