"""Rules across fields and files. `identity` must hold for the bot to start; the others are for
editors, and `check` tells what breaks them. A rule takes nodes, so that it works on files in
which other things are wrong, and yields diagnostics."""
