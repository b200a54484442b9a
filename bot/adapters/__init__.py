"""Platforms: each turns what people say into commands, and replies into what they see."""
