"""Content of the pages of released figures, and the files for analysts."""
