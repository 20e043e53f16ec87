package import Domain

/// What a child has left today, on every answer about watching and on every list of the child's videos. Without time rules
/// nothing ends by itself.
package struct AllowanceResponse: Codable, Sendable, Equatable {
    package let watchedTodayMS: Int64
    /// What can be watched from now on without a pause; null without a limit.
    package let remainingMS: Int64?
    /// When that ends; null also when it is over.
    package let endsAt: Timestamp?
    /// Whole minutes before the end, when it is time to say so; else null.
    package let warning: Int?
    package let over: Bool
    /// Why it is over; null as long as it is not.
    package let cause: Allowance.Cause?
    /// Whether what plays may play to its end; false where nothing does.
    package let mayFinish: Bool
    /// Left of the day's minutes and of each budget, bedtimes apart; null without a limit.
    package let totalLeftMS: Int64?
    package let learningLeftMS: Int64?
    package let funLeftMS: Int64?

    package init(
        watchedTodayMS: Int64,
        remainingMS: Int64? = nil,
        endsAt: Timestamp? = nil,
        warning: Int? = nil,
        cause: Allowance.Cause? = nil,
        mayFinish: Bool = false,
        totalLeftMS: Int64? = nil,
        learningLeftMS: Int64? = nil,
        funLeftMS: Int64? = nil
    ) {
        self.watchedTodayMS = watchedTodayMS
        self.remainingMS = remainingMS
        self.endsAt = endsAt
        self.warning = warning
        over = cause != nil
        self.cause = cause
        self.mayFinish = mayFinish
        self.totalLeftMS = totalLeftMS
        self.learningLeftMS = learningLeftMS
        self.funLeftMS = funLeftMS
    }

    package init(_ allowance: Allowance, used: Allowance.Used) {
        self.init(
            watchedTodayMS: used.total.milliseconds,
            remainingMS: allowance.remaining?.milliseconds,
            endsAt: allowance.endsAt.map { Timestamp($0) },
            warning: allowance.warning?.rawValue,
            cause: allowance.over,
            mayFinish: allowance.mayFinish,
            totalLeftMS: allowance.totalLeft?.milliseconds,
            learningLeftMS: allowance.learningLeft?.milliseconds,
            funLeftMS: allowance.funLeft?.milliseconds
        )
    }

    package enum CodingKeys: String, CodingKey {
        case warning, over, cause
        case watchedTodayMS = "watched_today_ms"
        case remainingMS = "remaining_ms"
        case endsAt = "ends_at"
        case mayFinish = "may_finish"
        case totalLeftMS = "total_left_ms"
        case learningLeftMS = "learning_left_ms"
        case funLeftMS = "fun_left_ms"
    }

    /// Every field is written, null included: a client must not have to guess.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(watchedTodayMS, forKey: .watchedTodayMS)
        try container.encode(remainingMS, forKey: .remainingMS)
        try container.encode(endsAt, forKey: .endsAt)
        try container.encode(warning, forKey: .warning)
        try container.encode(over, forKey: .over)
        try container.encode(cause, forKey: .cause)
        try container.encode(mayFinish, forKey: .mayFinish)
        try container.encode(totalLeftMS, forKey: .totalLeftMS)
        try container.encode(learningLeftMS, forKey: .learningLeftMS)
        try container.encode(funLeftMS, forKey: .funLeftMS)
    }
}
