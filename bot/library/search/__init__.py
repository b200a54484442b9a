"""Find the quote or article that people half remember, in either language and script.

    index = build(documents)            # or load_or_build(documents, folder)
    index.look("没有人在度假", 3)        # Finding(hits, sure)
    index.search("没有人在度假", 3)      # [(id, score), …]
"""

from .lookup import Index, build


