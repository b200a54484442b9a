"""What the editors wrote: articles, quotes, topics, and how to find them."""
