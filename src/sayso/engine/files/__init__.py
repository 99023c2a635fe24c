"""Files as rows and columns, or everything that is wrong with them. Knows no `VoteMatrix` and no `Conversation`."""
