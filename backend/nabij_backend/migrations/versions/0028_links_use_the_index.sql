-- A catalogue that was vacuumed when it was empty is, to the planner, one page with an index of many. Its join by
-- distance then read the whole table for each of its rows. Where the spatial index can be used, it is.
ALTER FUNCTION nabij.link_sources() SET enable_seqscan = off;
