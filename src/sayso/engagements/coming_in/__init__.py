"""From a request to the engagement and to who is behind it: members, guests, a kiosk, a personal link."""
