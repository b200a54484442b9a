"""Many workspaces: how the app is installed in one, and how its token is kept fresh.

check    scopes and the operator's own tokens   tokens      oauth.v2.access
install  the page with the button, and back     workspaces  installations at hand, tokens renewed
"""
