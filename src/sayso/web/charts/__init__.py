"""Charts as SVG and figures as words, for pages and for the one-file report alike. No Django in here."""
