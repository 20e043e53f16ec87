import Contract
import Domain
import ServerKit
import Storage

/// A child's age in the family's time zone.
enum ChildAge {
    static func age(of child: Child, zone: String, now: Instant) throws -> Int {
        child.birthMonth.age(in: try month(zone: zone, now: now))
    }

    static func month(zone: String, now: Instant) throws -> BirthMonth {
        guard let month = FamilyCalendar(zone: zone)?.month(of: now) else { throw Problem(.internal) }
        return month
    }

    /// A child of this service is born, and not older than the oldest age a video can be for.
    static func check(_ birthMonth: BirthMonth, zone: String, now: Instant) throws {
        let thisMonth = try month(zone: zone, now: now)
        guard birthMonth <= thisMonth, AgeBand.limits.contains(birthMonth.age(in: thisMonth)) else {
            throw Problem.invalid("birth_month", .outOfRange)
        }
    }
}

extension ChildStore.Profile {
    func age(at now: Instant) throws -> Int {
        try ChildAge.age(of: child, zone: timeZone, now: now)
    }
}
