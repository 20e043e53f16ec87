package import Domain

/// `GET` and `PUT /v1/children/{id}/rules`: all rules at once, each said: a client that does not know of a limit must not
/// take it away.
package struct RulesBody: JSONBody, Encodable {
    package let rules: WatchRules

    package init(_ rules: WatchRules) {
        self.rules = rules
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case minutes, learning, fun, bedtimes
        case approvedOnly = "approved_only"
        case searchEnabled = "search_enabled"
        case autoplayCap = "autoplay_cap"
        case mayOfferWhatCannotFinish = "may_offer_what_cannot_finish"
    }

    /// - Throws: `InvalidField` where the rules cannot be, by the field's name.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func daily(_ key: CodingKeys) throws -> DailyMinutes {
            try container.decode(DailyMinutesBody.self, forKey: key).minutes
        }
        let viewing = ViewingRules(
            approvedOnly: try container.decode(Bool.self, forKey: .approvedOnly),
            searchEnabled: try container.decode(Bool.self, forKey: .searchEnabled),
            autoplayCap: try container.decode(Int.self, forKey: .autoplayCap)
        )
        let (minutes, learning, fun) = (try daily(.minutes), try daily(.learning), try daily(.fun))
        let bedtimes = try container.decode([BedtimeBody].self, forKey: .bedtimes)
        let mayOffer = try container.decode(Bool.self, forKey: .mayOfferWhatCannotFinish)
        do throws(WatchRules.Refusal) {
            rules = try WatchRules(
                viewing: viewing,
                minutes: minutes,
                learning: learning,
                fun: fun,
                bedtimes: bedtimes.map(\.bedtime),
                mayOfferWhatCannotFinish: mayOffer
            )
        } catch {
            throw InvalidField(error)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rules.viewing.approvedOnly, forKey: .approvedOnly)
        try container.encode(rules.viewing.searchEnabled, forKey: .searchEnabled)
        try container.encode(rules.viewing.autoplayCap, forKey: .autoplayCap)
        try container.encode(DailyMinutesBody(minutes: rules.minutes), forKey: .minutes)
        try container.encode(DailyMinutesBody(minutes: rules.learning), forKey: .learning)
        try container.encode(DailyMinutesBody(minutes: rules.fun), forKey: .fun)
        try container.encode(rules.bedtimes.map(BedtimeBody.init(bedtime:)), forKey: .bedtimes)
        try container.encode(rules.mayOfferWhatCannotFinish, forKey: .mayOfferWhatCannotFinish)
    }
}

extension InvalidField {
    fileprivate init(_ refusal: WatchRules.Refusal) {
        let reason: Reason =
            switch refusal.reason {
            case .outOfRange: .outOfRange
            case .endIsStart: .endIsStart
            case .empty: .tooShort
            case .overlaps: .overlaps
            case .tooMany: .tooLong
            }
        self.init(refusal.field.path, reason)
    }
}

/// Minutes by the day's name, every day; one that is null has no limit.
private struct DailyMinutesBody: Codable {
    let minutes: DailyMinutes

    enum CodingKeys: String, CodingKey, CaseIterable {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday

        var weekday: Weekday {
            switch self {
            case .monday: .monday
            case .tuesday: .tuesday
            case .wednesday: .wednesday
            case .thursday: .thursday
            case .friday: .friday
            case .saturday: .saturday
            case .sunday: .sunday
            }
        }
    }

    init(minutes: DailyMinutes) {
        self.minutes = minutes
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try decoder.refuseUnknownFields(besides: CodingKeys.self)
        var minutes = DailyMinutes.unlimited
        for key in CodingKeys.allCases {
            guard container.contains(key) else {
                let context = DecodingError.Context(codingPath: container.codingPath, debugDescription: "no such day")
                throw DecodingError.keyNotFound(key, context)
            }
            minutes[key.weekday] = try container.decodeIfPresent(Int.self, forKey: key)
        }
        self.minutes = minutes
    }

    /// Every day is written, null included.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        for key in CodingKeys.allCases { try container.encode(minutes[key.weekday], forKey: key) }
    }
}

/// `{"weekdays":["sunday"],"start":"20:30","end":"07:00"}`
private struct BedtimeBody: Codable {
    let bedtime: Bedtime

    enum CodingKeys: String, CodingKey, CaseIterable {
        case weekdays, start, end
    }

    init(bedtime: Bedtime) {
        self.bedtime = bedtime
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try decoder.refuseUnknownFields(besides: CodingKeys.self)
        func field(_ key: CodingKeys) -> String {
            (container.codingPath + [key]).map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        func minute(_ key: CodingKeys) throws -> Int {
            guard let time = ClockTime(try container.decode(String.self, forKey: key)) else {
                throw InvalidField(field(key), .malformed)
            }
            guard let minute = time.minuteOfDay else { throw InvalidField(field(key), .outOfRange) }
            return minute
        }
        let names = try container.decode([String].self, forKey: .weekdays)
        let weekdays = names.compactMap(Weekday.init(rawValue:))
        guard weekdays.count == names.count else { throw InvalidField(field(.weekdays), .notOneOf) }
        guard Set(weekdays).count == names.count else { throw InvalidField(field(.weekdays), .duplicate) }
        bedtime = Bedtime(on: Set(weekdays), start: try minute(.start), end: try minute(.end))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let weekdays = Weekday.allCases.filter(bedtime.weekdays.contains)
        try container.encode(weekdays.map(\.rawValue), forKey: .weekdays)
        try container.encode(ClockTime(minuteOfDay: bedtime.start).description, forKey: .start)
        try container.encode(ClockTime(minuteOfDay: bedtime.end).description, forKey: .end)
    }
}

/// `20:30`: two digits, a colon, two digits.
private struct ClockTime: LosslessStringConvertible {
    private let hour: Int
    private let minute: Int

    /// Also reads what no clock shows, `25:00`, so that it can be told from what is no time at all.
    init?(_ description: String) {
        let bytes = Array(description.utf8)
        let digits = (UInt8(ascii: "0")...UInt8(ascii: "9"))
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            [bytes[0], bytes[1], bytes[3], bytes[4]].allSatisfy(digits.contains)
        else { return nil }
        let numbers = bytes.map { Int($0) - 48 }
        (hour, minute) = (numbers[0] * 10 + numbers[1], numbers[3] * 10 + numbers[4])
    }

    init(minuteOfDay: Int) {
        (hour, minute) = (minuteOfDay / 60, minuteOfDay % 60)
    }

    /// Nil for what no clock shows.
    var minuteOfDay: Int? {
        hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }

    var description: String {
        [hour, minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
