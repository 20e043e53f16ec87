package import Domain
package import SQL

/// Everything a child's surface and the recommender need to know about a child, as of one moment.
package struct ChildSight: Sendable {
    package let profile: ChildStore.Profile
    package let viewer: Screening.Viewer
    package let ageGroup: AgeGroup
    /// What a parent wants less of: not refused, but not offered.
    package let lessOf: Set<Video.ID>
    /// Newest first.
    package let history: [HistoryStore.Watched]
    /// The family's day of the moment.
    package let today: Day
    /// What the child's allowance is reckoned from.
    package let time: WatchTime
    package let taste: [UInt8]?
}

/// Reads a child's sight in one transaction: one wait for a connection, one consistent picture.
package struct SightStore: Sendable {
    /// How much of a child's watching is looked at.
    package static let historyLimit = 500

    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// Nil when there is no such child, or its family is leaving.
    package func sight(of id: Child.ID, now: Instant) async throws -> ChildSight? {
        try await database.read { transaction in
            guard let profile = try ChildStore.profile(id, transaction) else { return nil }
            let clock = try profile.clock(at: now)
            let today = clock.today(at: now)
            guard let month = BirthMonth(year: today.year, month: today.month) else {
                throw DatabaseError.unexpectedValue(column: "time_zone", expected: "time zone")
            }
            let age = profile.child.birthMonth.age(in: month)
            return ChildSight(
                profile: profile,
                viewer: try ChoiceStore.viewer(of: profile.child, age: age, transaction),
                ageGroup: AgeGroup(ageInMonths: profile.child.birthMonth.ageInMonths(in: month)),
                lessOf: Set(try ChoiceStore.lessOf(id, transaction)),
                history: try HistoryStore.watched(by: id, before: nil, limit: Self.historyLimit, transaction),
                today: today,
                time: try WatchTime.read(of: id, rules: profile.rules, clock: clock, now: now, transaction),
                taste: try HistoryStore.taste(of: id, transaction)
            )
        }
    }
}
