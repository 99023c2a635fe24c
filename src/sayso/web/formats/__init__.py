"""How each language writes a day and a number, where Django's own way is not ours. A weekday stands without its year."""
