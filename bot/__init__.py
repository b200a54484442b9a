"""aiwork."""
