"""Find the quote or article that people half remember, in either language and script.

    index = build(documents)            # or load_or_build(documents, folder)
    index.look("没有人在度假", 3)        # Finding(hits, sure)
    index.search("没有人在度假", 3)      # [(id, score), …]
"""

from .lookup import Finding, Hit, Index, Reason, Sureness, build, load_or_build

__all__ = ["Finding", "Hit", "Index", "Reason", "Sureness", "build", "load_or_build"]
