"""Article, quote and topic as pydantic models: what the YAML may contain."""
