# Varnish before Nabij, behind what ends TLS. It keeps what is the same for everybody: the catalogue,
# sources around a square, places, keys and checkpoints. Nabij says of each answer for how long.
vcl 4.1;

backend nabij {
    .host = "127.0.0.1";
    .port = "8000";
    # /v1/events is a stream with a sign of life every 15 s.
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

sub vcl_recv {
    # Whoever ends TLS tells who asks, and Varnish has added its own address behind that: name both
    # in NABIJ_TRUSTED_PROXIES.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # An answer to somebody is nobody else's. Without either, nothing that is asked names a person.
    if (req.http.Authorization || req.http.Cookie) {
        return (pass);
    }
    return (hash);
}

sub vcl_backend_response {
    # Only what says that it may be kept is kept; never for longer, nor while Nabij is asked anew.
    if (beresp.http.Cache-Control !~ "public") {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
    set beresp.grace = 0s;
    return (deliver);
}
