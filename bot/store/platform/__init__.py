"""What platforms need remembered: events that came in, installations, encrypted tokens."""
