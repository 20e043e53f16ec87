/// An answer that writes its JSON itself: for the few that are sent so often that `JSONEncoder` would be a good part of
/// what they cost. What is written is what the encoder would write, byte by byte; a test holds the two together.
package protocol WrittenJSON: Encodable {
    var json: String { get }
}

extension BeatsResponse: WrittenJSON {
    package var json: String { #"{"accepted":\#(accepted),"allowance":\#(allowance.json)}"# }
}

extension AllowanceResponse: WrittenJSON {
    package var json: String {
        // Times and numbers only: nothing in them needs to be escaped.
        let endsAt = endsAt.map { #""\#($0.description)""# } ?? "null"
        let remaining = remainingMS.map { String($0) } ?? "null"
        let warning = warning.map { String($0) } ?? "null"
        return #"{"ends_at":\#(endsAt),"over":\#(over),"remaining_ms":\#(remaining),"warning":\#(warning),"#
            + #""watched_today_ms":\#(watchedTodayMS)}"#
    }
}
