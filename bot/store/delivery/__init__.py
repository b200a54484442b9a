"""Deliveries: what waits, who may send it, what became of it."""
