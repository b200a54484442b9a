"""YAML as editors write it: read with line numbers, validated, its mistakes explained."""
