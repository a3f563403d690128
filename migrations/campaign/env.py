from migrations import environment

environment.migrate()
