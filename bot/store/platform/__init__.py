"""What platforms need remembered: events that came in, installations, sealed tokens."""
