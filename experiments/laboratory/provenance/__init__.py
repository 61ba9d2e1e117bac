"""What an animal's file says of how it was made: study, model, versions, machine, and what its cells drew."""
