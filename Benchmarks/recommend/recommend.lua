-- Gets recommendations, child after child. arguments: threads, places asked for, a file of `path [token]` lines.
local here = debug.getinfo(1, "S").source:match("@(.*)recommend/") or "./"
dofile(here .. "bench/load.lua")

local requests, turn, places = {}, 0, 0

function init(args)
    places = tonumber(args[2])
    for _, target in ipairs(own_targets(args[3], tonumber(args[1]))) do
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

-- A list that is not full is no answer.
function good(status, body)
    local _, found = body:gsub('"video_id"', "")
    return status == 200 and found == places
end
