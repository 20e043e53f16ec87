-- What the scripts for wrk share. Each defines `good(status, body)` and `request()`; this counts and reports.
local threads = {}

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

--- The lines of the file of targets that are this thread's, split at blanks.
function own_targets(path, thread_count)
    local targets, line_number = {}, 0
    for line in io.lines(path) do
        if line_number % thread_count == number then
            local fields = {}
            for field in line:gmatch("%S+") do
                table.insert(fields, field)
            end
            table.insert(targets, fields)
        end
        line_number = line_number + 1
    end
    return targets
end

good_count, bad_count, sent_count, first_bad = 0, 0, 0, ""

function response(status, headers, body)
    if good(status, body) then
        good_count = good_count + 1
    else
        bad_count = bad_count + 1
        if first_bad == "" then
            first_bad = status .. " " .. body:sub(1, 200):gsub('[%c"\\]', "'")
        end
    end
end

function done(summary, latency, requests)
    local good, bad, sent, first = 0, 0, 0, ""
    for _, thread in ipairs(threads) do
        good = good + thread:get("good_count")
        bad = bad + thread:get("bad_count")
        sent = sent + thread:get("sent_count")
        if first == "" then
            first = thread:get("first_bad")
        end
    end
    local errors = summary.errors
    io.write(string.format(
        'BENCH {"rate":%.1f,"good":%d,"bad":%d,"sent":%d,"first_bad":"%s","socket_errors":%d,'
            .. '"p50":%.3f,"p99":%.3f,"bytes":%d}\n',
        good / (summary.duration / 1e6), good, bad, sent, first,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.bytes
    ))
end
