"""What the YAML may contain, as pydantic models: `entries` (article, quote, topic) are made of
`parts` (figure, speaker, source …), and these of `fields` (texts, days, closed lists)."""
