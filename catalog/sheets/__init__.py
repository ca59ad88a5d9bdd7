"""The catalog as a sheet, one row for each variant: what goes out is exactly what comes in."""
