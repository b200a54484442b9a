"""Platforms: what they say becomes a Command, a Reply becomes what they show."""
