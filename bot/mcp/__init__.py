"""The library for the team's own assistant, over the Model Context Protocol. Reads, and remembers
nobody. Imported only when it is switched on: the SDK costs more than the rest of a small bot."""
