import Domain
import Foundation

extension Span {
    /// How long a server asks to be left alone, a day at most: seconds, or a date of RFC 9110 §5.6.7. Nil for neither.
    static func retryAfter(_ text: String, now: Instant) -> Span? {
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More seconds than a number holds are more than a day, too.
            return .seconds(min(Int64(text) ?? 86_400, 86_400))
        }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = formatter.date(from: text) else { return nil }
        return min(max(.zero, Instant(date) - now), .days(1))
    }
}
