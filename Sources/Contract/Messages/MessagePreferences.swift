package import Domain

/// `GET` and `PUT /v1/me/message-preferences`: what the guardian wants to be told, and when not.
package struct MessagePreferencesBody: JSONBody, Encodable {
    /// `{"start": "21:00", "end": "08:00"}`
    package struct Hours: Codable, Sendable {
        package let start: String
        package let end: String

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case start, end
        }

        init(_ hours: QuietHours) {
            start = Self.text(hours.start)
            end = Self.text(hours.end)
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(besides: CodingKeys.self)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            start = try container.decode(String.self, forKey: .start)
            end = try container.decode(String.self, forKey: .end)
        }

        func hours() throws(InvalidField) -> QuietHours {
            guard let start = Self.minute(start) else { throw InvalidField("quiet_hours.start", .malformed) }
            guard let end = Self.minute(end) else { throw InvalidField("quiet_hours.end", .malformed) }
            guard let hours = QuietHours(start: start, end: end) else {
                throw InvalidField("quiet_hours.end", .outOfRange)
            }
            return hours
        }

        private static func text(_ minute: Int) -> String {
            let (hour, rest) = (String(minute / 60), String(minute % 60))
            return (hour.count == 1 ? "0" : "") + hour + ":" + (rest.count == 1 ? "0" : "") + rest
        }

        private static func minute(_ text: String) -> Int? {
            guard let parts = text.wholeMatch(of: /([01][0-9]|2[0-3]):([0-5][0-9])/), let hour = Int(parts.1),
                let minute = Int(parts.2)
            else { return nil }
            return hour * 60 + minute
        }
    }

    package let weeklyReport: Bool
    package let requestWaiting: Bool
    package let boardNotice: Bool
    package let event: Bool
    /// Null: at any hour.
    package let quietHours: Hours?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case event
        case weeklyReport = "weekly_report"
        case requestWaiting = "request_waiting"
        case boardNotice = "board_notice"
        case quietHours = "quiet_hours"
    }

    package init(_ preferences: MessagePreferences) {
        weeklyReport = !preferences.off.contains(.weeklyReport)
        requestWaiting = !preferences.off.contains(.requestWaiting)
        boardNotice = !preferences.off.contains(.boardNotice)
        event = !preferences.off.contains(.event)
        quietHours = preferences.quiet.map(Hours.init)
    }

    /// Everything is said, `quiet_hours` too, which may be null: what is left out is a slip and not a wish.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        weeklyReport = try container.decode(Bool.self, forKey: .weeklyReport)
        requestWaiting = try container.decode(Bool.self, forKey: .requestWaiting)
        boardNotice = try container.decode(Bool.self, forKey: .boardNotice)
        event = try container.decode(Bool.self, forKey: .event)
        guard container.contains(.quietHours) else { throw InvalidField("quiet_hours", .required) }
        quietHours = try container.decodeIfPresent(Hours.self, forKey: .quietHours)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(weeklyReport, forKey: .weeklyReport)
        try container.encode(requestWaiting, forKey: .requestWaiting)
        try container.encode(boardNotice, forKey: .boardNotice)
        try container.encode(event, forKey: .event)
        try container.encode(quietHours, forKey: .quietHours)
    }

    package func validate() throws(InvalidField) {
        _ = try quietHours?.hours()
    }

    package func preferences() throws(InvalidField) -> MessagePreferences {
        var off: Set<Message.Kind> = []
        if !weeklyReport { off.insert(.weeklyReport) }
        if !requestWaiting { off.insert(.requestWaiting) }
        if !boardNotice { off.insert(.boardNotice) }
        if !event { off.insert(.event) }
        return MessagePreferences(off: off, quiet: try quietHours?.hours())
    }
}
