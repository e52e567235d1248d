"""What is studied: frozen settings and checked tables. This room computes nothing."""
