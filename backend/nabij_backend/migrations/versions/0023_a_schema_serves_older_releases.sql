-- Since which release, by the newest revision that it knew, this schema does what a release needs. A migration that
-- adds leaves it; one that takes away what an older release still uses replaces it, a release after that use has ended.
CREATE FUNCTION nabij.oldest_release() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN '0023';
