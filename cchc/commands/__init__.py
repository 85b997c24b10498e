"""What each command does: given its options and its user's language, it prints, and returns a status other than 0."""
