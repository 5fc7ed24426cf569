"""What runs by itself: deliveries, deadlines, retention, on DBOS's durable workflows."""
