import Domain
import Foundation
import SQL
import Synchronization

/// The time part of a child's rules as the column `watch_rule.rules` holds it: JSON, the days from Monday on, null for no
/// limit, bedtimes in minutes of the day.
struct WatchRuleText: Codable {
    private struct Night: Codable {
        let weekdays: [String]
        let start: Int
        let end: Int
    }

    private let minutes: [Int?]
    private let learning: [Int?]
    private let fun: [Int?]
    private let bedtimes: [Night]
    private let mayOfferWhatCannotFinish: Bool

    private enum CodingKeys: String, CodingKey {
        case minutes, learning, fun, bedtimes
        case mayOfferWhatCannotFinish = "may_offer_what_cannot_finish"
    }

    private init(_ rules: WatchRules) {
        minutes = Weekday.allCases.map { rules.minutes[$0] }
        learning = Weekday.allCases.map { rules.learning[$0] }
        fun = Weekday.allCases.map { rules.fun[$0] }
        bedtimes = rules.bedtimes.map { bedtime in
            Night(
                weekdays: Weekday.allCases.filter(bedtime.weekdays.contains).map(\.rawValue),
                start: bedtime.start,
                end: bedtime.end
            )
        }
        mayOfferWhatCannotFinish = rules.mayOfferWhatCannotFinish
    }

    static func text(of rules: WatchRules) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(WatchRuleText(rules)), as: UTF8.self)
    }

    // MARK: Reading

    private struct Key: Hashable {
        let text: String?
        let viewing: ViewingRules
    }

    /// To read and check rules costs more than a beat may: many families have the same ones, and those of a child that
    /// watches are asked for again in ten seconds.
    private static let limit = 1_000
    private static let read = Mutex<[Key: WatchRules]>([:])

    /// - Parameter text: nil where there is no row: then no time is limited.
    /// - Returns: nil where the text says no valid rules. They must not be passed over: `WatchRules.closed` stands for them.
    static func rules(_ text: String?, viewing: ViewingRules) -> WatchRules? {
        let key = Key(text: text, viewing: viewing)
        if let known = read.withLock({ $0[key] }) { return known }
        guard let rules = parse(key) else { return nil }
        read.withLock { read in
            if read.count >= limit { read.removeAll() }
            read[key] = rules
        }
        return rules
    }

    private static func parse(_ key: Key) -> WatchRules? {
        guard let text = key.text else { return try? WatchRules(viewing: key.viewing) }
        guard let stored = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        return try? stored.rules(viewing: key.viewing)
    }

    private struct Unreadable: Error {}

    private func rules(viewing: ViewingRules) throws -> WatchRules {
        try WatchRules(
            viewing: viewing,
            minutes: Self.daily(minutes),
            learning: Self.daily(learning),
            fun: Self.daily(fun),
            bedtimes: bedtimes.map { night in
                let weekdays = night.weekdays.compactMap(Weekday.init(rawValue:))
                guard weekdays.count == night.weekdays.count else { throw Unreadable() }
                return Bedtime(on: Set(weekdays), start: night.start, end: night.end)
            },
            mayOfferWhatCannotFinish: mayOfferWhatCannotFinish
        )
    }

    private static func daily(_ minutes: [Int?]) throws -> DailyMinutes {
        guard minutes.count == Weekday.allCases.count else { throw Unreadable() }
        var daily = DailyMinutes.unlimited
        for (weekday, count) in zip(Weekday.allCases, minutes) { daily[weekday] = count }
        return daily
    }
}
