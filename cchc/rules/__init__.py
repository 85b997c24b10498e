"""What an area declares: units, procedures, targets, holidays, service models."""
