"""What goes on with runs beside requests."""
