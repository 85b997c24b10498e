"""Numbers in, numbers out: intervals, control charts, the impact of a model; no words."""
