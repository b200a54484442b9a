"""Chats: their settings, schedules, topics, and what they were shown."""
