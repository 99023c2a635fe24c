"""How a member comes in: mail, letter, personal link, passkey, an account of elsewhere. Knows no engagement."""
