import Jobs
import Outbound
import Storage

/// What can go wrong with an import, as a sentence and an exit code.

extension SavedPageError: ExplainedFailure {
    var explanation: String { description }
    var code: ExitFailure.Code {
        switch problem {
        case .missing, .unreadable: .noInput
        default: .badData
        }
    }
}

extension LabelSheet.Malformed: ExplainedFailure {
    var explanation: String { "\(description); nothing was written from this file" }
    var code: ExitFailure.Code { line == nil && problem == LabelSheet.unreadable ? .noInput : .badData }
}

extension YouTubeFailure: ExplainedFailure {
    var explanation: String {
        isTemporary ? "\(description); the same command goes on where this one stopped" : description
    }
    var code: ExitFailure.Code {
        switch self {
        case .quotaExceeded, .rateLimited, .deadlineExceeded: .tryAgain
        case .serverError, .unreachable, .unreadable, .refused: .unavailable
        case .keyRefused: .configuration
        case .notFound: .noInput
        }
    }
}

extension QuotaLedger.Exhausted: ExplainedFailure {
    var explanation: String { "\(description); the same command then goes on where this one stopped" }
    var code: ExitFailure.Code { .tryAgain }
}

extension YouTubeImport.Failure: ExplainedFailure {
    var explanation: String { description }
    var code: ExitFailure.Code {
        switch self {
        case .noClient: .configuration
        case .noSuchChannel: .noInput
        }
    }
}

extension HostedMedia.Failure: ExplainedFailure {
    var explanation: String { description }
    var code: ExitFailure.Code {
        switch self {
        case .notFound: .noInput
        case .notHTTPS: .usage
        case .notVideo, .empty, .tooLarge: .badData
        case .answered, .unreachable: .unavailable
        case .cannotWrite: .configuration
        }
    }
}

extension HostedImport.Failure: ExplainedFailure {
    var explanation: String { description }
    var code: ExitFailure.Code {
        switch self {
        case .durationUnknown, .titleMissing: .usage
        case .durationOutOfBounds: .badData
        }
    }
}
