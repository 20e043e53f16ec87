package import Domain
package import Logging
package import ServerKit
package import Storage

/// Everything the API's handlers work with. Made once, where the service is wired.
package struct APIServices: Sendable {
    package let clock: Domain.Clock
    package let ids: IdentifierSource
    package let stores: Stores
    package let catalogue: CatalogueCache
    package let recommendations: any RecommendationSource
    package let offers: OfferCounter
    package let reports: ReportServices
    /// The labels in a stored taste, with how much each is liked; none in bytes that are no taste. The recommender's
    /// form, which only the recommender knows.
    package let readTaste: @Sendable ([UInt8]) -> [Label.ID: Double]
    package let secrets: Secrets
    package let messages: MessageQueue
    package let limits: SignInLimits
    package let proxies: TrustedProxies
    package let logger: Logger

    package init(
        clock: Domain.Clock,
        ids: IdentifierSource,
        stores: Stores,
        catalogue: CatalogueCache,
        recommendations: any RecommendationSource,
        offers: OfferCounter,
        reports: ReportServices,
        readTaste: @escaping @Sendable ([UInt8]) -> [Label.ID: Double],
        secrets: Secrets,
        messages: MessageQueue,
        limits: SignInLimits,
        proxies: TrustedProxies,
        logger: Logger
    ) {
        self.clock = clock
        self.ids = ids
        self.stores = stores
        self.catalogue = catalogue
        self.recommendations = recommendations
        self.offers = offers
        self.reports = reports
        self.readTaste = readTaste
        self.secrets = secrets
        self.messages = messages
        self.limits = limits
        self.proxies = proxies
        self.logger = logger
    }

    /// What signs, seals and hashes.
    package struct Secrets: Sendable {
        package let tokens: AccessTokens
        package let refreshTokens: RefreshTokens
        package let phones: PhoneVault
        package let codes: OneTimeCodes
        package let pins: PINHasher
        package let requests: RequestIdentities
        package let mediaLinks: MediaLinks
        package let pushes: PushVault

        package init(
            tokens: AccessTokens,
            refreshTokens: RefreshTokens,
            phones: PhoneVault,
            codes: OneTimeCodes,
            pins: PINHasher,
            requests: RequestIdentities,
            mediaLinks: MediaLinks,
            pushes: PushVault
        ) {
            self.tokens = tokens
            self.refreshTokens = refreshTokens
            self.phones = phones
            self.codes = codes
            self.pins = pins
            self.requests = requests
            self.mediaLinks = mediaLinks
            self.pushes = pushes
        }
    }
}
