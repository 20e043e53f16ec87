package import Domain
package import Storage

/// Sends the confirming message of every consent that has none yet: the API sends it behind its answer, and what was lost
/// on the way is sent here.
package struct ConfirmConsents: Sendable {
    /// The API's own attempt comes first.
    private static let patience = Span.minutes(5)

    private let consents: ConsentStore
    private let sender: any SMSSender
    private let openPhone: @Sendable (SealedPhone) throws -> PhoneNumber
    private let clock: Domain.Clock

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
        let waiting = try await consents.unconfirmed(givenBefore: clock.now() - Self.patience, limit: 100)
        var sent = 0
        var failure: (any Error)?
        for consent in waiting {
            do {
                let text = SMSText.consentConfirmed(nickname: consent.nickname, in: consent.language)
                try await sender.send(text, to: try openPhone(consent.phone))
                try await consents.confirm(consent.consent, at: clock.now())
                sent += 1
            } catch {
                // One number that cannot be opened or reached must not hold up the others.
                failure = error
            }
        }
        if let failure { throw failure }
        return sent
    }
}
