import Domain

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
        // Times, numbers and words of ours only: nothing in them needs to be escaped.
        func number(_ value: Int64?) -> String { value.map { String($0) } ?? "null" }
        let cause = cause.map { #""\#($0.rawValue)""# } ?? "null"
        let endsAt = endsAt.map { #""\#($0.description)""# } ?? "null"
        let warning = warning.map { String($0) } ?? "null"
        return #"{"cause":\#(cause),"ends_at":\#(endsAt),"fun_left_ms":\#(number(funLeftMS)),"#
            + #""learning_left_ms":\#(number(learningLeftMS)),"may_finish":\#(mayFinish),"over":\#(over),"#
            + #""remaining_ms":\#(number(remainingMS)),"total_left_ms":\#(number(totalLeftMS)),"#
            + #""warning":\#(warning),"watched_today_ms":\#(watchedTodayMS)}"#
    }
}
