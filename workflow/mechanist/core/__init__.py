"""Types, random numbers, errors, progress and file writing that every other package uses."""
