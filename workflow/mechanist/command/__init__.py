"""The console command ``mechanist``, and what it shares with the scripts of rules."""
