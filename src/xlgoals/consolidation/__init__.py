"""汇总: many submissions into one master, with a ledger of every file that came."""
