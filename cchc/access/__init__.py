"""Who may ask the server, and what for."""
