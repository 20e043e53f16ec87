-- Gets homes, child after child. arguments: threads, a file of `child token` lines; or of one path that needs no token.
local here = debug.getinfo(1, "S").source:match("@(.*)home/") or "./"
dofile(here .. "bench/load.lua")

local requests, turn = {}, 0

function init(args)
    local targets = own_targets(args[2], tonumber(args[1]))
    for _, target in ipairs(targets) do
        local path, headers = target[1], {}
        if target[2] then
            path = "/v1/children/" .. target[1] .. "/home"
            headers["Authorization"] = "Bearer " .. target[2]
        end
        table.insert(requests, wrk.format("GET", path, headers))
    end
    -- Threads begin at different children.
    turn = number * math.floor(#requests / 2)
end

function request()
    turn = turn % #requests + 1
    sent_count = sent_count + 1
    return requests[turn]
end

function good(status, body)
    return status == 200
end
