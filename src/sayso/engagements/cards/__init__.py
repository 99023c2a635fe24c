"""Cards that are there before they are needed, and answers that come later: drawn ahead, sent once, kept here."""
