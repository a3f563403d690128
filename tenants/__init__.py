"""Platform side: who the tenants are, what they agreed to, and the monthly hand-over."""
