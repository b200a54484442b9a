"""Tools for the people who write content. Never imported by the running bot."""
