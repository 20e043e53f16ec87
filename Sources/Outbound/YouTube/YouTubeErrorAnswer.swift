/// `{"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}], "status": "…"}}`: how the API says no.
struct YouTubeErrorAnswer {
    var code: Int?
    var reason: String?

    /// Reads the value of `error`. The message is left out: it may quote the request.
    static func read(_ pull: inout JSONPull) throws(JSONPull.Failure) -> Self {
        var answer = Self()
        var status: String?
        var detail: String?
        _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
            switch key {
            case "code": answer.code = try pull.integer()
            case "status": status = try pull.string()
            case "errors": answer.reason = try firstReason(&pull)
            case "details": detail = try firstReason(&pull)
            default: try pull.skip()
            }
        }
        // A bad key is `API_KEY_INVALID` in Google's common form and only `badRequest` in YouTube's own.
        if answer.reason == nil || answer.reason == "badRequest" { answer.reason = detail ?? answer.reason }
        answer.reason = (answer.reason ?? status).map { String($0.prefix(80)) }
        return answer
    }

    /// The answer's body as a whole; nil when it is something else, a proxy's page above all.
    init?(body: [UInt8]) {
        let read = body.withUnsafeBufferPointer { bytes -> Self? in
            var pull = JSONPull(bytes, at: 0)
            var answer: Self?
            do throws(JSONPull.Failure) {
                try pull.object { pull, key throws(JSONPull.Failure) in
                    if case "error" = key { answer = try Self.read(&pull) } else { try pull.skip() }
                }
            } catch {
                return nil
            }
            return answer
        }
        guard let read else { return nil }
        self = read
    }

    private init() {}

    private static func firstReason(_ pull: inout JSONPull) throws(JSONPull.Failure) -> String? {
        guard try pull.peek() == UInt8(ascii: "[") else {
            try pull.skip()
            return nil
        }
        var reason: String?
        try pull.array { pull throws(JSONPull.Failure) in
            _ = try pull.objectIfPresent { pull, key throws(JSONPull.Failure) in
                if case "reason" = key, reason == nil { reason = try pull.string() } else { try pull.skip() }
            }
        }
        return reason
    }
}
