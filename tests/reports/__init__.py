"""Every official form and report, opened again and read back."""
