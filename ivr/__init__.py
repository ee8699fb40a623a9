"""The application: telephony and text doors, services, memory and commands around the pure conversation."""
