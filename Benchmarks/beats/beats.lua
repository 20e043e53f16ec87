-- Posts beats: every play its own, numbers rising, the time real. arguments: threads, a file of `play token` lines.
local here = debug.getinfo(1, "S").source:match("@(.*)beats/") or "./"
dofile(here .. "bench/load.lua")

local targets, turn = {}, 0

function init(args)
    targets = own_targets(args[2], tonumber(args[1]))
    for _, target in ipairs(targets) do
        target.n = tonumber(target[3])
        target.path = "/v1/plays/" .. target[1] .. "/beats"
        target.headers = {
            ["Authorization"] = "Bearer " .. target[2],
            ["Content-Type"] = "application/json",
        }
    end
end

function request()
    turn = turn % #targets + 1
    local target = targets[turn]
    target.n = target.n + 1
    sent_count = sent_count + 1
    -- The server credits no more than the time that passed, so every beat writes every table.
    local body = string.format(
        '{"beats":[{"n":%d,"at":"%s","position_ms":%d,"played_ms":10000,"state":"playing"}]}',
        target.n, os.date("!%Y-%m-%dT%H:%M:%SZ"), target.n % 500000
    )
    return wrk.format("POST", target.path, target.headers, body)
end

function good(status, body)
    return status == 200 and body:find('"accepted":1', 1, true) ~= nil
end
