"""What is published: snapshots, their tables, and what points to them."""
