"""How each language writes a day, where Django's own way is not ours. A weekday stands without its year."""
