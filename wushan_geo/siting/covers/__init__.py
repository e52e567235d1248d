"""Who is within a limit: set covering, maximal covering, backup, floors, and their searches."""
