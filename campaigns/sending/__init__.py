"""Send each mail at most once and miss nobody: the queue of deliveries and its workers."""
