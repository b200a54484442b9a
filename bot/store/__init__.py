"""What the bot remembers. The only part that knows SQLAlchemy."""
