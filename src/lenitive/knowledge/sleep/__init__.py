"""What is known of sleep: measurement by devices, drugs' effects on architecture, and what to ask."""
