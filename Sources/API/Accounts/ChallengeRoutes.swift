import Contract
import Domain
import Foundation
import Hummingbird
import ServerKit
import Storage

/// `POST /v1/otp-challenges`: sends a code. Known and unknown numbers are answered alike, and in the same time: the message
/// goes out behind the answer.
struct ChallengeRoutes: Sendable {
    let services: APIServices

    func add(to group: some RouterMethods<APIContext>) {
        let idempotency = services.idempotency
        let perAddress = services.limits.challengesPerAddress
        let proxies = services.proxies
        group.post("otp-challenges") { request, context in
            // First of all: whatever else an anonymous request costs, it costs within this limit.
            let address = context.clientAddress(of: request, through: proxies).limitKey
            try perAddress.take(address).orThrow()
            let owner = "address:" + address
            return try await idempotency(request, context: context, owner: owner, handler: create)
        }
    }

    func create(_ request: Request, context: APIContext) async throws -> Answer<ChallengeResponse> {
        let body: NewChallenge = try await request.decodeBody(context: context)
        let phone = body.phone
        let sealed = try services.secrets.phones.seal(phone)
        let limits = services.limits
        let number = Data(sealed.lookup).base64EncodedString()
        try RateLimiter.takeAll([
            (limits.challengesPerNumber, number),
            (limits.challengesInAll, "all"),
        ]).orThrow()

        let now = services.clock.now()
        let id = services.ids.next(OTPChallenge.self)
        let code = services.secrets.codes.next()
        let challenge = OTPChallenge(
            id: id,
            phone: sealed,
            codeHMAC: services.secrets.codes.hmac(of: code, for: id),
            createdAt: now
        )
        if case .tooMany(let until) = try await services.stores.otp.issue(challenge) {
            // An impatient second tap costs nothing but the wait.
            limits.challengesPerNumber.giveBack(number)
            throw Problem.rateLimited(retryAfter: Int((until - now).milliseconds / 1_000) + 1)
        }
        let language: Guardian.Language =
            WireLanguage(acceptLanguage: request.headers[.acceptLanguage]) == .english ? .english : .korean
        let text = SMSText.oneTimeCode(code, in: language)
        guard services.messages.enqueue(.init(text: text, phone: phone)) else {
            throw Problem(.unavailable, retryAfter: 30)
        }
        return Answer(ChallengeResponse(challenge), status: .accepted)
    }
}
