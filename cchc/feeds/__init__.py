"""The news of an area at addresses that a feed reader and a calendar ask by themselves."""
