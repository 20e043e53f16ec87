import Domain
package import Hummingbird
import ServerKit
import Storage

/// Every route of the mobile app's API. Who may call which is said by the group it stands in; `RouteAccess` says it once
/// more as data, and a test holds the two together.
package struct Routes: Sendable {
    private let services: APIServices

    package init(services: APIServices) {
        self.services = services
    }

    package func add(to router: Router<APIContext>) {
        let sessions = services.stores.sessions
        let clock = services.clock
        KeyRoutes(services: services).add(to: router)

        // A stale token beside a refresh or a sign-in is nobody's business.
        let open = router.group("v1")
        ChallengeRoutes(services: services).add(to: open)
        SessionRoutes(services: services).addPublic(to: open)

        let isActive: @Sendable (Session.ID) async throws -> Bool = { id in
            try await sessions.isActive(id, now: clock.now())
        }
        let tokens = services.secrets.tokens
        let v1 = router.group("v1").add(middleware: AuthenticationMiddleware(tokens: tokens, isActive: isActive))
        addGuardian(to: v1)
        addChild(to: v1)
        PlayRoutes(services: services).addOutside(to: v1.group(context: CallerOnlyContext.self))

        let beats = router.group("v1").add(
            middleware: AuthenticationMiddleware(tokens: tokens, asking: .afterFailure, isActive: isActive)
        )
        PlayRoutes(services: services).addBeats(to: beats.group(context: CallerOnlyContext.self))
    }

    private func addGuardian(to v1: RouterGroup<APIContext>) {
        let account = GuardianRoutes(services: services)
        let children = ChildRoutes(services: services)
        let guardian = v1.group(context: GuardianContext.self)
        SessionRoutes(services: services).add(to: guardian)
        account.add(to: guardian)
        MessageRoutes(services: services).add(to: guardian)
        NoticeRoutes(services: services).add(to: guardian)
        children.addFamily(to: guardian)

        let gated = v1.group().add(middleware: ParentGate(guardians: services.stores.guardians))
            .group(context: GuardianContext.self)
        account.addGated(to: gated)
        MessageRoutes(services: services).addGated(to: gated)
        ExportRoutes(services: services).addGated(to: gated)
        children.addFamilyGated(to: gated)
    }

    private func addChild(to v1: RouterGroup<APIContext>) {
        let profile = ChildRoutes(services: services)
        let choices = ChoiceRoutes(services: services)
        let requests = RequestRoutes(services: services)
        let videos = VideoRoutes(services: services)
        let child = v1.group("children/{child}").add(middleware: ChildOfPath(children: services.stores.children))

        let surfaces = child.group(context: ChildContext.self)
        profile.add(to: surfaces)
        choices.add(to: surfaces)
        requests.add(to: surfaces)
        videos.add(to: surfaces)
        PlayRoutes(services: services).add(to: surfaces)

        let parental = child.group(context: ParentContext.self)
        profile.addParental(to: parental)
        choices.addParental(to: parental)
        videos.addParental(to: parental)
        ReportRoutes(services: services).addParental(to: parental)

        let gated = child.group().add(middleware: ParentGate(guardians: services.stores.guardians))
            .group(context: ParentContext.self)
        profile.addGated(to: gated)
        choices.addGated(to: gated)
        requests.addGated(to: gated)
    }
}
