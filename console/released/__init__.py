"""What the pages of the released figures show, and the files analysts take away."""
