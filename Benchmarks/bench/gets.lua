-- Gets one page after the other. arguments: threads, a file of `path token` lines; a path may need no token.
local here = debug.getinfo(1, "S").source:match("@(.*/)") or "./"
dofile(here .. "load.lua")

local requests, turn = {}, 0

function init(args)
    for _, target in ipairs(own_targets(args[2], tonumber(args[1]))) do
        local headers = {}
        if target[2] then
            headers["Authorization"] = "Bearer " .. target[2]
        end
        table.insert(requests, wrk.format("GET", target[1], headers))
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
