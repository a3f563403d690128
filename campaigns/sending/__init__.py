"""Nobody twice, nobody missed: the queue of deliveries, and every step a mail takes through it."""
