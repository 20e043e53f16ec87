package import Domain
package import Storage
import Synchronization

/// Sends the confirming message of every consent that has none yet: the API sends it behind its answer, and what was lost
/// on the way is sent here.
///
/// Each try may cost a message. A number that failed is tried again when its consent is twice as old as it was then:
/// after 5, 10, 20, 40, … minutes, ten times in the three days after which it is given up.
///
/// What failed is remembered in memory alone: a new process tries each number once, whenever it was tried before. To
/// keep it over restarts would take columns, and a write for every try, to save a message a number and restart.
package final class ConfirmConsents: Sendable {
    /// The API's own attempt comes first.
    private static let patience = Span.minutes(5)
    /// How old a consent may be whose message is still sent.
    private static let perseverance = Span.days(3)
    /// After it nothing more is begun, and the next run goes on: once the lease (`Job.briefLease`) is over, another
    /// process may send the same.
    private static let longest = Span.minutes(5)
    /// Read at once.
    private static let page = 100

    private let consents: ConsentStore
    private let sender: any SMSSender
    private let openPhone: @Sendable (SealedPhone) throws -> PhoneNumber
    private let clock: Domain.Clock
    /// When each that failed was tried last.
    private let failures = Mutex<[Consent.ID: Instant]>([:])

    package init(
        consents: ConsentStore,
        sender: any SMSSender,
        openPhone: @escaping @Sendable (SealedPhone) throws -> PhoneNumber,
        clock: Domain.Clock
    ) {
        self.consents = consents
        self.sender = sender
        self.openPhone = openPhone
        self.clock = clock
    }

    package func run() async throws -> Int {
        let now = clock.now()
        let period = (now - Self.perseverance)..<(now - Self.patience)
        failures.withLock { $0 = $0.filter { $0.value >= period.lowerBound } }
        var sent = 0
        var failure: (any Error)?
        var last: ConsentStore.Unconfirmed?
        pages: repeat {
            let page = try await consents.unconfirmed(given: period, after: last, limit: Self.page)
            for consent in page where isDue(consent, at: now) {
                try Task.checkCancellation()
                guard clock.now() < now + Self.longest else { break pages }
                do {
                    try await confirm(consent)
                    sent += 1
                } catch {
                    // One number that cannot be opened or reached must not hold up the others.
                    let tried = clock.now()
                    failures.withLock { $0[consent.consent] = tried }
                    failure = error
                }
            }
            last = page.count < Self.page ? nil : page.last
        } while last != nil
        if let failure { throw failure }
        return sent
    }

    private func isDue(_ consent: ConsentStore.Unconfirmed, at now: Instant) -> Bool {
        guard let tried = failures.withLock({ $0[consent.consent] }) else { return true }
        return now - tried >= tried - consent.givenAt
    }

    private func confirm(_ consent: ConsentStore.Unconfirmed) async throws {
        let text = SMSText.consentConfirmed(nickname: consent.nickname, in: consent.language)
        let phone = try openPhone(consent.phone)
        // In a task of its own, which is not cancelled: a message that went out and was not written down, because the
        // service ended in between, would go out again.
        try await Task { [consents, sender, clock] in
            try await sender.send(text, to: phone)
            try await consents.confirm(consent.consent, at: clock.now())
        }.value
    }
}
