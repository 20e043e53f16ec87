import Contract
import Domain
import Hummingbird
import Logging
import ServerKit
import Storage

/// Children's profiles, the rules set for them, and the tokens of their devices.
struct ChildRoutes: Sendable {
    let services: APIServices

    func addFamily(to group: some RouterMethods<GuardianContext>) {
        group.get("children", use: list)
    }

    /// Behind the parent gate.
    func addFamilyGated(to group: some RouterMethods<GuardianContext>) {
        let idempotency = services.idempotency
        group.post("children") { request, context in
            let owner = context.caller.guardian.description
            return try await idempotency(request, context: context, owner: owner, handler: create)
        }
    }

    func add(to group: some RouterMethods<ChildContext>) {
        group.get(use: show)
    }

    func addParental(to group: some RouterMethods<ParentContext>) {
        group.post("sessions", use: issueToken)
        group.get("rules") { _, context in Answer(RulesBody(context.profile.rules)) }
    }

    /// Behind the parent gate.
    func addGated(to group: some RouterMethods<ParentContext>) {
        group.patch(use: update)
        group.delete(use: delete)
        group.put("rules", use: setRules)
    }

    func list(_ request: Request, context: GuardianContext) async throws -> Answer<List<ChildResponse>> {
        guard let guardian = try await services.stores.guardians.guardian(context.caller.guardian) else {
            throw Problem(.sessionRevoked)
        }
        let now = services.clock.now()
        let children =
            guardian.deletionRequestedAt == nil ? try await services.stores.children.children(of: guardian.id) : []
        return Answer(
            List(
                try children.map { child in
                    ChildResponse(child, age: try ChildAge.age(of: child, zone: guardian.timeZone, now: now))
                }
            )
        )
    }

    func create(_ request: Request, context: GuardianContext) async throws -> Answer<ChildResponse> {
        let body: NewChild = try await request.decodeBody(context: context)
        let stores = services.stores
        guard let guardian = try await stores.guardians.guardian(context.caller.guardian),
            let sealed = try await stores.guardians.phone(of: guardian.id)
        else { throw Problem(.sessionRevoked) }
        let now = services.clock.now()
        try ChildAge.check(body.birthMonth, zone: guardian.timeZone, now: now)
        let child = Child(
            id: services.secrets.requests.id(
                for: request,
                owner: guardian.id,
                content: "\(body.nickname.text)|\(body.birthMonth)|\(body.avatar.rawValue)"
            ),
            guardianID: guardian.id,
            nickname: body.nickname.text,
            birthMonth: body.birthMonth,
            avatar: body.avatar,
            rules: ViewingRules()
        )
        let consent = Consent(
            id: services.ids.next(),
            guardianID: guardian.id,
            childID: child.id,
            textVersion: body.consent.textVersion,
            givenAt: now
        )
        guard case .added(let unconfirmed) = try await stores.children.add(child, consent: consent) else {
            throw Problem(.conflict)
        }
        // Of a request whose first answer was lost it is the consent that was kept then, so that one message goes out.
        if let unconfirmed {
            try confirm(unconfirmed, to: sealed, nickname: child.nickname, language: guardian.language)
        }
        return Answer(
            ChildResponse(child, age: try ChildAge.age(of: child, zone: guardian.timeZone, now: now)),
            status: .created,
            headers: [.location: Self.path(of: child.id)]
        )
    }

    private static func path(of child: Child.ID) -> String { "/v1/children/\(child)" }

    /// Behind the answer; what is lost on the way is sent by the job that looks for unconfirmed consents.
    private func confirm(
        _ consent: Consent.ID,
        to sealed: SealedPhone,
        nickname: String,
        language: Guardian.Language
    ) throws {
        let phone = try services.secrets.phones.open(sealed)
        let (consents, clock) = (services.stores.consents, services.clock)
        let isQueued = services.messages.enqueue(
            .init(text: SMSText.consentConfirmed(nickname: nickname, in: language), phone: phone) {
                try await consents.confirm(consent, at: clock.now())
            }
        )
        if !isQueued { services.logger.warning("Consent will be confirmed by the job: the message queue is full") }
    }

    func show(_ request: Request, context: ChildContext) async throws -> Answer<ChildResponse> {
        Answer(ChildResponse(context.child, age: try context.profile.age(at: services.clock.now())))
    }

    func update(_ request: Request, context: ParentContext) async throws -> Answer<ChildResponse> {
        let body: ChildChange = try await request.decodeBody(context: context)
        let now = services.clock.now()
        if let birthMonth = body.birthMonth {
            try ChildAge.check(birthMonth, zone: context.profile.timeZone, now: now)
        }
        let updated = try await services.stores.children.updateProfile(
            of: context.child.id,
            nickname: body.nickname,
            birthMonth: body.birthMonth,
            avatar: body.avatar
        )
        guard let child = updated else { throw Problem.notFound }
        return Answer(ChildResponse(child, age: try ChildAge.age(of: child, zone: context.profile.timeZone, now: now)))
    }

    func delete(_ request: Request, context: ParentContext) async throws -> HTTPResponse.Status {
        let deleted = try await services.stores.children.delete(
            context.child.id,
            of: context.caller.guardian,
            at: Self.path(of: context.child.id),
            now: services.clock.now()
        )
        guard deleted else { throw Problem.notFound }
        return .noContent
    }

    func setRules(_ request: Request, context: ParentContext) async throws -> Answer<RulesBody> {
        let body: RulesBody = try await request.decodeBody(context: context)
        let now = services.clock.now()
        guard try await services.stores.children.setRules(body.rules, of: context.child.id, now: now) else {
            throw Problem.notFound
        }
        return Answer(body)
    }

    /// A token for the child's device. It reaches this child's surfaces and nothing else; signing the guardian's session
    /// out ends it at once.
    func issueToken(_ request: Request, context: ParentContext) async throws -> Answer<TokenResponse> {
        try await request.requireNoFields(context: context)
        let caller = ChildCaller(
            child: context.child.id,
            guardian: context.caller.guardian,
            session: context.caller.session
        )
        let issued = try await services.secrets.tokens.issue(for: .child(caller))
        return Answer(
            TokenResponse(accessToken: issued.token, expiresAt: Timestamp(issued.expiresAt)),
            status: .created
        )
    }
}
