"""The explorer: any two dimensions of the year's hours crossed, within the viewer's rights."""
