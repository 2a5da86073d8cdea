"""Requirements on descriptors and estimators that users add, and the commands that check them."""
