"""What is true of any published table: what words, contents and sums say of a label, and the ledger of its cells."""
