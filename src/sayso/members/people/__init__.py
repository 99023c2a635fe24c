"""People and units of the roster, looked up and corrected by hand."""
