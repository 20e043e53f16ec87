package import Domain
package import SQL

/// Minutes granted for a day on top of the rules.
package struct BonusStore: Sendable {
    private let database: any Database

    package init(database: any Database) {
        self.database = database
    }

    /// One grant, `Bonus.limits` minutes. Granted again under the same id, it is the same grant.
    package struct Grant: Sendable {
        package let id: Identifier<Bonus>
        package let child: Child.ID
        package let minutes: Int

        package init(id: Identifier<Bonus>, child: Child.ID, minutes: Int) {
            self.id = id
            self.child = child
            self.minutes = minutes
        }
    }

    package enum Outcome: Sendable, Equatable {
        /// The day's bonus with this grant, and the time with it.
        case granted(Bonus, WatchTime)
        /// The day would have more than `Bonus.limits` allows: nothing was granted.
        case tooMuch
        /// No such child, or the family is leaving.
        case absent
    }

    /// Grants minutes for the family's day of `now`.
    package func grant(_ grant: Grant, now: Instant) async throws -> Outcome {
        try await database.write { try Self.grant(grant, now: now, $0) }
    }

    static func grant(_ grant: Grant, now: Instant, _ transaction: any Transaction) throws -> Outcome {
        // Grants for a child one after the other, or two at once would pass the day's limit together.
        let child = grant.child
        guard try ChildStore.hold(child, transaction), let profile = try ChildStore.profile(child, transaction)
        else { return .absent }
        let clock = try profile.clock(at: now)
        let known: Day? = try transaction.row(
            "SELECT day FROM bonus WHERE id = \(grant.id) AND child_id = \(child)"
        ).map { try $0["day"] }
        let day = known ?? clock.today(at: now)
        let before = try WatchTime.bonuses(of: child, on: day...day, transaction).first { $0.day == day }
        let bonus: Bonus?
        if known != nil {
            bonus = before
        } else {
            bonus = try? before?.adding(grant.minutes) ?? Bonus(day: day, minutes: grant.minutes)
            guard bonus != nil else { return .tooMuch }
            try transaction.run(
                """
                INSERT INTO bonus (id, child_id, day, minutes, granted_at)
                VALUES (\(grant.id), \(child), \(day), \(grant.minutes), \(now))
                """
            )
        }
        guard let bonus else { throw DatabaseError.conflict }
        let time = try WatchTime.read(of: child, rules: profile.rules, clock: clock, now: now, transaction)
        return .granted(bonus, time)
    }
}
