import Contract
import Hummingbird

extension Problem {
    /// The problem an error is to the outside; `nil` for an error that nobody foresaw.
    package init?(describing error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let convertible as any ProblemConvertible: self = convertible.problem
        case let answer as HTTPError: self.init(status: answer.status, headers: answer.headers)
        case let answer as any HTTPResponseError: self.init(status: answer.status, headers: [:])
        // The server stops and does not wait any longer.
        case is CancellationError: self.init(.unavailable, retryAfter: 1)
        default: return nil
        }
    }

    /// What the framework says by status alone.
    private init(status: HTTPResponse.Status, headers: HTTPFields) {
        let code: ProblemCode =
            switch status.code {
            case 401: .unauthenticated
            case 403: .forbidden
            case 404: .notFound
            case 405: .methodNotAllowed
            case 409: .conflict
            case 410: .gone
            case 413: .bodyTooLarge
            case 415: .unsupportedMediaType
            case 416: .rangeNotSatisfiable
            case 422: .validationFailed
            case 429: .rateLimited
            case 400..<500: .badRequest
            case 503: .unavailable
            default: .internal
            }
        self.init(code, headers: headers)
    }
}
