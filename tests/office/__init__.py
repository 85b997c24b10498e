"""Forms and reports as a real office program reads, computes and prints them."""
