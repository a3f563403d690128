"""What staff write, and the message it becomes: files, markup, layout. Pure, but for templates."""
