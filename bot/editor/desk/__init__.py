"""The editors' desk: drafts beside their sources, until each candidate is taken or dropped.

fields    which keys of an article and its entries can be set, and as what
drafts    the drafts of a folder, and one of them with its doubts, findings and places
marks     where a candidate stands in the source
decide    what an editor does, as a change of the file
doubts    the importer's doubts, in words
source    the source with its marks and repairs
frame     what is around every page, and the list
pages     the page of a draft
app       the routes
gate      who may ask: one browser on this machine
"""
