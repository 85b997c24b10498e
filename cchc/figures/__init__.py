"""A question and its answer: metrics, filters, periods, and the numbers they give."""
