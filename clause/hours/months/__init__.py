"""A company's whole month on one page: people × markets. Each market keeps its own declaration underneath."""
