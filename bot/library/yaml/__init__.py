"""YAML as editors write it.

files        the folder on disk; which files can be read
parse        one file as a tree of nodes that know their lines
events       the parser's events as plain data (used by `parse`)
explain      syntax errors: what the editor did
validate     does a tree fit a model?
diagnostics  what is wrong, as data and as sentences of messages.yaml
"""
