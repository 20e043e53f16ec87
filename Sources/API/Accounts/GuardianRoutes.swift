import Contract
import Domain
import Hummingbird
import ServerKit
import Storage

/// The guardian's own account.
struct GuardianRoutes: Sendable {
    let services: APIServices

    func add(to group: some RouterMethods<GuardianContext>) {
        group.get("me", use: show)
        group.post("parent-gate", use: openParentGate)
        group.put("me/pin", use: setPIN)
    }

    /// Behind the parent gate.
    func addGated(to group: some RouterMethods<GuardianContext>) {
        group.patch("me", use: update)
        group.delete("me", use: requestDeletion)
        group.delete("me/deletion", use: cancelDeletion)
    }

    private func guardian(_ context: GuardianContext) async throws -> Guardian {
        guard let guardian = try await services.stores.guardians.guardian(context.caller.guardian) else {
            throw Problem(.sessionRevoked)
        }
        return guardian
    }

    func show(_ request: Request, context: GuardianContext) async throws -> Answer<GuardianResponse> {
        Answer(GuardianResponse(try await guardian(context)))
    }

    func update(_ request: Request, context: GuardianContext) async throws -> Answer<GuardianResponse> {
        let body: GuardianChange = try await request.decodeBody(context: context)
        let updated = try await services.stores.guardians.update(
            context.caller.guardian,
            language: body.language,
            timeZone: body.timeZone,
            now: services.clock.now()
        )
        guard let updated else { throw Problem(.sessionRevoked) }
        return Answer(GuardianResponse(updated))
    }

    // MARK: PIN and parent gate

    func setPIN(_ request: Request, context: GuardianContext) async throws -> HTTPResponse.Status {
        let body: NewPIN = try await request.decodeBody(context: context)
        if !context.caller.isElevated(for: try await guardian(context)) {
            try await requireFreshCode(body, of: context.caller.guardian)
        }
        let (hash, salt) = try await services.secrets.pins.hash(body.pin)
        try await services.stores.guardians.setPIN(hash: hash, salt: salt, of: context.caller.guardian)
        return .noContent
    }

    /// Who cannot pass the gate because the PIN is forgotten shows that the phone is theirs, with a new code.
    private func requireFreshCode(_ body: NewPIN, of guardian: Guardian.ID) async throws {
        guard let challenge = body.challengeID, let code = body.code else { throw Problem(.parentGateRequired) }
        let codes = services.secrets.codes
        let redemption = try await services.stores.otp.redeem(challenge, now: services.clock.now()) { hmac in
            codes.matches(code, for: challenge, hmac: hmac)
        }
        guard case .redeemed(let phone) = redemption else { throw Problem(redemption) }
        let own = try await services.stores.guardians.phone(of: guardian)
        guard own?.lookup == phone.lookup else { throw Problem(.forbidden) }
    }

    func openParentGate(_ request: Request, context: GuardianContext) async throws -> Answer<TokenResponse> {
        let body: PINBody = try await request.decodeBody(context: context)
        let guardians = services.stores.guardians
        let now = services.clock.now()
        let pinVersion: Int
        switch try await guardians.beginPINAttempt(of: context.caller.guardian, now: now) {
        case .none:
            throw Problem(.conflict)
        case .locked(let until):
            throw Problem(.pinLocked, retryAfter: Int((until - now).milliseconds / 1_000) + 1)
        case .compare(let hash, let salt, let version):
            pinVersion = version
            guard try await services.secrets.pins.matches(body.pin, hash: hash, salt: salt) else {
                throw Problem(.pinWrong)
            }
        }
        try await guardians.clearPINFailures(of: context.caller.guardian)
        let elevated = GuardianCaller(
            guardian: context.caller.guardian,
            session: context.caller.session,
            elevatedByPIN: pinVersion
        )
        let issued = try await services.secrets.tokens.issue(for: .guardian(elevated))
        return Answer(
            TokenResponse(accessToken: issued.token, expiresAt: Timestamp(issued.expiresAt)),
            status: .created
        )
    }

    // MARK: Leaving

    func requestDeletion(_ request: Request, context: GuardianContext) async throws -> Answer<DeletionResponse> {
        let requestedAt = try await services.stores.guardians.requestDeletion(
            of: context.caller.guardian,
            now: services.clock.now()
        )
        guard let requestedAt else { throw Problem(.sessionRevoked) }
        return Answer(DeletionResponse(requestedAt: requestedAt), status: .accepted)
    }

    func cancelDeletion(_ request: Request, context: GuardianContext) async throws -> HTTPResponse.Status {
        guard try await services.stores.guardians.cancelDeletion(of: context.caller.guardian) else {
            throw Problem.notFound
        }
        return .noContent
    }
}
