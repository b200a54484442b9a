"""What the editors wrote: articles, quotes, topics, and how to find them.

library     everything published, in memory; frozen
load        a folder of YAML becomes a library, or a list of problems
reload      the library of a running bot, which follows the folder
check       everything that is wrong or doubtful, told to editors
yaml/       reading YAML with line numbers; explaining mistakes in two languages
models/     which keys a file may have
rules/      what must hold beyond that
aliases     topics by whatever people call them
search/     quotes and articles by whatever people remember
documents   the library as the search index wants it
cards       an entry as blocks of a reply
figures     numbers as people read them
spam        what must never be sent to anyone
"""
