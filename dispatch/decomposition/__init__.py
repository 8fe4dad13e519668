"""The best teams for all incidents together: columns of single incidents, prices that join them, proof by listing."""
