"""The rights: what a tenant may ask for of their data, and the evidence that it was done."""
