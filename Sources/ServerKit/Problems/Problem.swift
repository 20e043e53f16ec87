package import Contract
import Foundation
package import Hummingbird

/// An answer that says what went wrong: RFC 9457 `application/problem+json`. Thrown by handlers and by whatever they call.
package struct Problem: Error, Equatable, Sendable {
    package let code: ProblemCode
    /// The fields it is about, or for readiness the parts.
    package var errors: [InvalidField]
    /// Whole seconds after which it is worth trying again.
    package var retryAfter: Int?
    /// Further headers of the answer, such as `Allow`.
    package var headers: HTTPFields
    /// What the child has left, where time rules refuse.
    package var allowance: AllowanceResponse?

    package init(
        _ code: ProblemCode,
        errors: [InvalidField] = [],
        retryAfter: Int? = nil,
        headers: HTTPFields = [:],
        allowance: AllowanceResponse? = nil
    ) {
        self.code = code
        self.errors = errors
        self.retryAfter = retryAfter
        self.headers = headers
        self.allowance = allowance
    }

    /// 422 for one field.
    package static func invalid(_ field: String, _ reason: InvalidField.Reason = .malformed) -> Problem {
        Problem(.invalidField, errors: [InvalidField(field, reason)])
    }

    /// 429; `retryAfter` in seconds, at least 1.
    package static func rateLimited(retryAfter: Int) -> Problem {
        Problem(.rateLimited, retryAfter: max(1, retryAfter))
    }

    package static let notFound = Problem(.notFound)
}

/// An error that knows which problem it is to the outside. Errors of targets that know no HTTP are conformed where both
/// are seen.
package protocol ProblemConvertible: Error {
    var problem: Problem { get }
}

extension InvalidField: ProblemConvertible {
    package var problem: Problem { Problem(.invalidField, errors: [self]) }
}

extension Problem: HTTPResponseError {
    package var status: HTTPResponse.Status { HTTPResponse.Status(code: code.status) }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        let language = WireLanguage(acceptLanguage: request.headers[.acceptLanguage])
        let body = try JSONEncoder.kyck.encode(
            Body(
                type: code.type,
                title: code.title,
                status: code.status,
                detail: code.detail(in: language),
                code: code,
                errors: errors.isEmpty ? nil : errors,
                allowance: allowance
            )
        )
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.contentLanguage] = language.rawValue
        headers[.contentLength] = String(body.count)
        headers[.vary] = "Accept-Language"
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if code.status == 401, !headers.contains(.wwwAuthenticate) {
            // RFC 6750 §3: no error word when no token was sent, for there is nothing wrong with it.
            headers[.wwwAuthenticate] = code == .unauthenticated ? "Bearer" : #"Bearer error="invalid_token""#
        }
        // An answer to HEAD has the headers and no body, or the next answer on the connection is misread.
        let bytes = request.method == .head ? ByteBuffer() : ByteBuffer(bytes: body)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    private struct Body: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String?
        let code: ProblemCode
        let errors: [InvalidField]?
        let allowance: AllowanceResponse?
    }
}
