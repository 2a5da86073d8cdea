"""Which features a trained model uses: permutation importance, Shapley values, integrated gradients."""
