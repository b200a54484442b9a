"""How digests get there: due, pending, sending, sent. docs/delivery.md says what is promised."""
