"""Tables of published figures: what they may say, how they are read, where they are kept."""
