import Contract
import Domain
import Hummingbird
import Logging
import ServerKit
import Storage

/// Signing in, staying signed in, signing out.
struct SessionRoutes: Sendable {
    let services: APIServices

    func addPublic(to group: some RouterMethods<APIContext>) {
        group.post("sessions", use: signIn)
        group.post("sessions/refresh", use: refresh)
    }

    func add(to group: some RouterMethods<GuardianContext>) {
        group.get("sessions", use: list)
        group.delete("sessions/{session}", use: signOut)
    }

    /// Answers carry tokens and are never stored: this POST takes no idempotency key. A code is good once anyway.
    func signIn(_ request: Request, context: APIContext) async throws -> Answer<SessionResponse> {
        let client = context.clientAddress(of: request, through: services.proxies)
        try services.limits.redemptionsPerAddress.take(client.limitKey).orThrow()
        let body: NewSession = try await request.decodeBody(context: context)
        let now = services.clock.now()
        let codes = services.secrets.codes
        let refreshToken = services.secrets.refreshTokens.first()
        let redemption = try await services.stores.sessions.signIn(
            redeeming: body.challengeID,
            newGuardian: newGuardian(request, now: now),
            session: services.ids.next(),
            deviceName: body.deviceName,
            refreshTokenHash: refreshToken.hash,
            now: now
        ) { hmac in
            codes.matches(body.code, for: body.challengeID, hmac: hmac)
        }
        let signIn: SessionStore.SignIn
        switch redemption {
        case .signedIn(let done): signIn = done
        case .refused(let refusal): throw Problem(refusal)
        }
        let answer = try await session(
            signIn.session.id,
            of: signIn.guardian,
            refreshToken: refreshToken,
            isNew: signIn.isNew
        )
        return Answer(answer, status: .created)
    }

    private func newGuardian(_ request: Request, now: Instant) -> Guardian {
        let isEnglish = WireLanguage(acceptLanguage: request.headers[.acceptLanguage]) == .english
        return Guardian(
            id: services.ids.next(),
            language: isEnglish ? .english : .korean,
            timeZone: FamilyCalendar.defaultZone,
            pinVersion: nil,
            createdAt: now,
            deletionRequestedAt: nil
        )
    }

    private func session(
        _ id: Session.ID,
        of guardian: Guardian,
        refreshToken: RefreshTokens.Token,
        isNew: Bool
    ) async throws -> SessionResponse {
        let caller = GuardianCaller(guardian: guardian.id, session: id)
        let issued = try await services.secrets.tokens.issue(for: .guardian(caller))
        return SessionResponse(
            accessToken: issued.token,
            refreshToken: refreshToken.text,
            expiresAt: Timestamp(issued.expiresAt),
            sessionID: id,
            guardian: GuardianResponse(guardian),
            newGuardian: isNew
        )
    }

    func refresh(_ request: Request, context: APIContext) async throws -> Answer<SessionResponse> {
        let client = context.clientAddress(of: request, through: services.proxies)
        try services.limits.refreshesPerAddress.take(client.limitKey).orThrow()
        let body: RefreshSession = try await request.decodeBody(context: context)
        guard let token = RefreshTokens.Token(body.refreshToken) else { throw Problem(.unauthenticated) }
        let successor = services.secrets.refreshTokens.successor(of: token)
        let rotation = try await services.stores.sessions.rotate(
            token.hash,
            successor: successor.hash,
            now: services.clock.now()
        )
        switch rotation {
        case .rotated(let id, let guardianID):
            guard let guardian = try await services.stores.guardians.guardian(guardianID) else {
                throw Problem(.sessionRevoked)
            }
            return Answer(try await session(id, of: guardian, refreshToken: successor, isNew: false))
        case .unknown:
            throw Problem(.unauthenticated)
        case .expired:
            throw Problem(.tokenExpired)
        case .revoked:
            throw Problem(.sessionRevoked)
        case .reused(let id):
            context.logger.warning("Refresh token was reused; its session is closed", metadata: ["session_id": "\(id)"])
            throw Problem(.refreshReused)
        }
    }

    func list(_ request: Request, context: GuardianContext) async throws -> Answer<List<SignedInDevice>> {
        let sessions = try await services.stores.sessions.sessions(
            of: context.caller.guardian,
            now: services.clock.now()
        )
        return Answer(List(sessions.map { SignedInDevice($0, current: $0.id == context.caller.session) }))
    }

    func signOut(_ request: Request, context: GuardianContext) async throws -> HTTPResponse.Status {
        let id = try context.pathValue("session", Session.ID.init)
        let found = try await services.stores.sessions.signOut(
            id,
            of: context.caller.guardian,
            now: services.clock.now()
        )
        guard found else { throw Problem.notFound }
        return .noContent
    }
}

extension Problem {
    /// Why a code was not redeemed. An unknown challenge is answered like one whose time is over.
    init(_ refusal: OTPStore.Redemption) {
        switch refusal {
        case .wrong: self.init(.otpInvalid)
        case .exhausted: self.init(.otpExhausted)
        case .expired, .unknown, .redeemed: self.init(.otpExpired)
        }
    }
}
