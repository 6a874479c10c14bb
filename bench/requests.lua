-- Sends the requests of a file in turn, over and over, and tells what came of it as JSON.
-- The file: before each request its length in bytes and a line feed. The number: how many of them
-- were sent before.

local requests, turn = {}, 0

function init(args)
    local file = assert(io.open(args[1], "rb"))
    for length in function() return file:read("*n") end do
        file:read(1)
        requests[#requests + 1] = file:read(length)
    end
    file:close()
    requests[0] = requests[#requests]
    turn = tonumber(args[2])
end

function request()
    turn = turn + 1
    return requests[turn % #requests]
end

function done(summary, latency)
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "bytes": %d, "failed": %d, "p50_us": %d, "p99_us": %d}\n',
        summary.requests, summary.duration, summary.bytes,
        summary.errors.status + summary.errors.connect + summary.errors.read
            + summary.errors.write + summary.errors.timeout,
        latency:percentile(50), latency:percentile(99)
    ))
end
