"""Articles as drafts: files, pages and feeds, with what is known of each and from what.

`run.import_one` is the way in. It never publishes, never writes over a file, and leaves unwritten
what a person has to write.
"""
