import Domain
import Foundation

extension Span {
    /// How long a server asks to be left alone: seconds, or a date of RFC 9110 §5.6.7. Nil for neither, and for seconds
    /// beyond a day.
    static func retryAfter(_ text: String, now: Instant) -> Span? {
        if let seconds = Int64(text) { return (0...86_400).contains(seconds) ? .seconds(seconds) : nil }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = formatter.date(from: text) else { return nil }
        return max(.zero, Instant(date) - now)
    }
}
