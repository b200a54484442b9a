"""One package per platform. An adapter knows the core and its own SDK, nothing else of ours."""
