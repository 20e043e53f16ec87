/// The language a sentence for people is written in.
package enum WireLanguage: String, Sendable, CaseIterable {
    case korean = "ko"
    case english = "en"

    /// The language of ours that an `Accept-Language` header asks for; Korean where it asks for none, for the service is
    /// Korean.
    package init(acceptLanguage header: String?) {
        self = Self.asked(in: header) ?? .korean
    }

    /// The first language of an `Accept-Language` header that we have. Nil where there is no header, or none of ours in it:
    /// `*` asks for none.
    package static func asked(in header: String?) -> WireLanguage? {
        var best: (language: WireLanguage, weight: Double)?
        for part in (header ?? "").prefix(256).split(separator: ",") {
            let pieces = part.split(separator: ";").map { $0.trimmingPrefix { $0 == " " } }
            guard let tag = pieces.first?.split(separator: "-").first?.lowercased(),
                let language = WireLanguage(rawValue: tag.trimmingSuffix())
            else { continue }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > (best?.weight ?? 0) { best = (language, weight) }
        }
        return best?.language
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String {
        String(self.reversed().trimmingPrefix { $0 == " " }.reversed())
    }
}

/// What went wrong, in words that never change: the `code` of every `application/problem+json` answer (RFC 9457).
/// Apps decide by the code; the sentences beside it are for people and may be reworded.
package enum ProblemCode: String, Sendable, CaseIterable, Codable {
    // The request itself
    case badRequest = "bad_request"
    case malformedJSON = "malformed_json"
    case unknownField = "unknown_field"
    case invalidField = "invalid_field"
    case validationFailed = "validation_failed"
    case unsupportedMediaType = "unsupported_media_type"
    case bodyTooLarge = "body_too_large"
    case notUTF8 = "not_utf8"
    case methodNotAllowed = "method_not_allowed"
    case rangeNotSatisfiable = "range_not_satisfiable"

    // Who is asking
    case unauthenticated
    case tokenExpired = "token_expired"
    case sessionRevoked = "session_revoked"
    case refreshReused = "refresh_reused"
    case forbidden
    case parentGateRequired = "parent_gate_required"
    case pinWrong = "pin_wrong"
    case pinLocked = "pin_locked"
    case otpInvalid = "otp_invalid"
    case otpExpired = "otp_expired"
    case otpExhausted = "otp_exhausted"

    // What is asked for
    case notFound = "not_found"
    case gone
    case conflict
    case idempotencyKeyReused = "idempotency_key_reused"
    case idempotencyInProgress = "idempotency_in_progress"
    case rateLimited = "rate_limited"

    // Watching
    case notAllowed = "not_allowed"
    case timeOver = "time_over"
    case bedtime
    case cannotFinish = "cannot_finish"
    case autoplayOver = "autoplay_over"
    case linkInvalid = "link_invalid"
    case linkExpired = "link_expired"

    // Us
    case unavailable
    case outcomeUnknown = "outcome_unknown"
    case storageFull = "storage_full"
    case `internal`

    /// The HTTP status this code always comes with.
    package var status: Int {
        switch self {
        case .badRequest, .malformedJSON, .notUTF8: 400
        case .unauthenticated, .tokenExpired, .sessionRevoked, .refreshReused: 401
        case .forbidden, .parentGateRequired, .pinWrong, .notAllowed, .timeOver, .bedtime, .cannotFinish,
            .autoplayOver, .linkInvalid, .linkExpired:
            403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict, .idempotencyInProgress: 409
        case .gone, .otpExpired, .otpExhausted: 410
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .rangeNotSatisfiable: 416
        case .unknownField, .invalidField, .validationFailed, .idempotencyKeyReused, .otpInvalid: 422
        case .rateLimited, .pinLocked: 429
        case .internal: 500
        case .unavailable, .outcomeUnknown: 503
        case .storageFull: 507
        }
    }

    /// A relative reference naming the problem, as RFC 9457's `type`: the anchor in `docs/api/problems.md`.
    package var type: String { "/problems/\(rawValue)" }

    /// A short summary that is the same for every occurrence, in English for logs and developers.
    package var title: String {
        switch self {
        case .badRequest: "Bad request"
        case .malformedJSON: "The body is not a JSON object"
        case .unknownField: "Unknown field"
        case .invalidField: "Invalid field"
        case .validationFailed: "Validation failed"
        case .unsupportedMediaType: "Unsupported media type"
        case .bodyTooLarge: "Body too large"
        case .notUTF8: "Not UTF-8"
        case .methodNotAllowed: "Method not allowed"
        case .rangeNotSatisfiable: "Range not satisfiable"
        case .unauthenticated: "Not signed in"
        case .tokenExpired: "Token expired"
        case .sessionRevoked: "Session ended"
        case .refreshReused: "Refresh token used before"
        case .forbidden: "Forbidden"
        case .parentGateRequired: "Parent gate required"
        case .pinWrong: "Wrong PIN"
        case .pinLocked: "PIN locked"
        case .otpInvalid: "Wrong code"
        case .otpExpired: "Code expired"
        case .otpExhausted: "Code used up"
        case .notFound: "Not found"
        case .gone: "Gone"
        case .conflict: "Conflict"
        case .idempotencyKeyReused: "Idempotency key used for another request"
        case .idempotencyInProgress: "Same request in progress"
        case .rateLimited: "Too many requests"
        case .notAllowed: "Not allowed for this child"
        case .timeOver: "Watching time is over"
        case .bedtime: "Bedtime"
        case .cannotFinish: "Longer than the time left"
        case .autoplayOver: "Enough has followed by itself"
        case .linkInvalid: "Invalid address"
        case .linkExpired: "Address expired"
        case .unavailable: "Temporarily unavailable"
        case .outcomeUnknown: "Outcome unknown"
        case .storageFull: "Storage full"
        case .internal: "Internal error"
        }
    }
}
