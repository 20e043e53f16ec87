package import Domain
import SQL

/// Which events a guardian has put away, to take along.
package struct EventDismissal: Sendable, Hashable {
    package let event: Event.ID
    /// Nil: for good.
    package let until: Instant?

    static func all(of guardian: Guardian.ID, _ transaction: any Transaction) throws -> [EventDismissal] {
        try transaction.rows(
            "SELECT event_id, until_at FROM event_dismissal WHERE guardian_id = \(guardian) ORDER BY event_id"
        ).map { EventDismissal(event: try $0["event_id"], until: try $0["until_at"]) }
    }
}
