"""The reading room: all that is published, as pages of the web, feeds and a small index.

It draws from the neutral blocks that every platform draws from; nothing in it reaches out.
"""
