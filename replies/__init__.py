"""Platform side: the questions, and the replies in their vault."""
