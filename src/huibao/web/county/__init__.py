"""The county clerk's desk: rosters, enrolment, lists. R1."""
