"""Plain words as the command line that says the same.

wishes     the phrases of `config/understand.*.yaml` as patterns, checked
slots      what a phrase leaves open: topics, speakers, times, zones, languages
grammar    a typed line -> the wish it is, politeness around it or not
recall     what a person was shown last, for ten minutes: "another one", "the second"
"""
