"""What reviewers do: the queue, leases, decisions and their effects, marks, numbers, re-scoring."""
