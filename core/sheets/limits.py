"""How much of a spreadsheet is read."""

# Of 100,000 rows with 15 columns an .xlsx takes about 10 MiB.
LARGEST_FILE = 30 << 20
# The largest list an office keeps has some ten thousand rows; a national one is split by province.
MOST_ROWS = 200_000
# The widest form has some sixty columns. Also all an .xls can have.
MOST_COLUMNS = 256
MOST_SHEETS = 100
# The longest text Excel itself keeps in a cell has 32,767 characters, at most twelve bytes each in XML.
LONGEST_STRETCH = 1 << 20
# Readers hold a sheet as a grid of 32 bytes a cell, also where nothing stands. This much for anybody (64 MiB) ...
FREE_GRID = 2_000_000
# ... more for a sheet that is filled to a fortieth, as with a note far to the right of a long list ...
GRID_PER_CELL = 40
# ... and never above the memory of the reading process (640 MiB of 1 GiB).
MOST_GRID = 20_000_000
