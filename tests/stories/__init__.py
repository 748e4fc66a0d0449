"""Stories: business promises from end to end, one test each."""
