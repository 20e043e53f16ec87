import ArgumentParser
import Foundation

/// An end of a command that a person reads and a script decides by: one sentence, and a code of sysexits.h.
struct ExitFailure: Error, CustomStringConvertible {
    enum Code: Int32 {
        case usage = 64
        case badData = 65
        case noInput = 66
        case unavailable = 69
        case internalError = 70
        case tryAgain = 75
        case configuration = 78
    }

    let code: Code
    /// What happened and what to do about it.
    let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// Runs a command's work; its failure becomes a sentence on stderr and an exit code.
func reportingFailures(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let failure as ExitFailure {
        try fail(failure.description, failure.code)
    } catch let code as ExitCode {
        throw code
    } catch let failure as any ExplainedFailure {
        try fail(failure.explanation, failure.code)
    } catch {
        try fail("kyck failed: \(error)", .internalError)
    }
}

/// An error of a target that knows no exit codes, explained where both are seen.
protocol ExplainedFailure: Error {
    var explanation: String { get }
    var code: ExitFailure.Code { get }
}

private func fail(_ sentence: String, _ code: ExitFailure.Code) throws {
    FileHandle.standardError.write(Data("kyck: \(sentence)\n".utf8))
    throw ExitCode(code.rawValue)
}
