import Foundation
import Subprocess
import SystemPackage

/// The built program, run as a person runs it, in a folder of its own.
struct KyckProgram {
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    /// A program that was started.
    struct Running: Sendable {
        let identifier: Int32
        fileprivate let output: URL
        fileprivate let errors: URL
        /// Closed when nobody will send one any more.
        fileprivate let signals: AsyncStream<Signal>.Continuation
        fileprivate let status: Task<TerminationStatus, any Error>

        /// What it has logged until now.
        func log() throws -> String { try String(contentsOf: errors, encoding: .utf8) }

        /// Waits for its end. A test that is cancelled takes it along.
        func ended() async throws -> Ended {
            signals.finish()
            let outcome = try await withTaskCancellationHandler {
                try await status.value
            } onCancel: {
                status.cancel()
            }
            let code: Int32 =
                switch outcome {
                case .exited(let code): code
                // As a shell tells of it.
                case .signaled(let signal): 128 + signal
                }
            return Ended(
                status: code,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8)
            )
        }

        /// SIGTERM, and waits for its end.
        func terminate() async throws -> Ended {
            signals.yield(.terminate)
            return try await ended()
        }

        /// SIGKILL: it does nothing any more, not even tell anybody. Returns whether it ran until then.
        ///
        /// Sent here and not by the task that runs it, which would have to wait for its turn.
        @discardableResult
        func killed() async throws -> Bool {
            kill(identifier, SIGKILL)
            signals.finish()
            return try await status.value == .signaled(SIGKILL)
        }
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let folder: URL
    private let program: URL

    init() throws {
        // SwiftPM puts the tests and the programs they depend on side by side.
        guard let tests = Bundle.main.executableURL else {
            throw Missing(description: "the tests know not where they are")
        }
        let places =
            sequence(first: tests.resolvingSymlinksInPath()) { url in
                url.path(percentEncoded: false) == "/" ? nil : url.deletingLastPathComponent()
            }.prefix(5).map { $0.appending(path: "kyck") } + [Self.repository.appending(path: ".build/debug/kyck")]
        guard let found = places.first(where: { Self.isProgram($0) }) else {
            throw Missing(description: "the program kyck is not beside the tests: swift build --build-tests makes it")
        }
        program = found
        folder = FileManager.default.temporaryDirectory.appending(path: "kyck-program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func isProgram(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        let path = url.path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }

    func path(_ name: String) -> String {
        folder.appending(path: name).path(percentEncoded: false)
    }

    /// Runs with these settings and no others.
    func run(_ arguments: String..., settings: [String: String] = [:]) async throws -> Ended {
        try await run(arguments, settings: settings)
    }

    /// Runs with these settings and no others.
    func run(_ arguments: [String], settings: [String: String] = [:]) async throws -> Ended {
        try await start(arguments, settings: settings).ended()
    }

    /// Starts with these settings and no others, and does not wait for the end.
    func start(_ arguments: [String], settings: [String: String] = [:]) async throws -> Running {
        let (output, errors) = (path(".output-\(UUID().uuidString)"), path(".errors-\(UUID().uuidString)"))
        let (signals, send) = AsyncStream<Signal>.makeStream()
        let (identifiers, started) = AsyncThrowingStream<Int32, any Error>.makeStream()
        let configuration = Configuration(
            executable: .path(FilePath(program.path(percentEncoded: false))),
            arguments: Arguments(arguments),
            environment: environment(settings),
            workingDirectory: FilePath(folder.path(percentEncoded: false))
        )
        let status = Task {
            do {
                return try await Subprocess.run(
                    configuration,
                    input: .none,
                    output: .fileDescriptor(try Self.file(output), closeAfterSpawningProcess: true),
                    error: .fileDescriptor(try Self.file(errors), closeAfterSpawningProcess: true)
                ) { execution in
                    started.yield(execution.processIdentifier.value)
                    for await signal in signals { try execution.send(signal: signal) }
                }.terminationStatus
            } catch {
                started.finish(throwing: error)
                throw error
            }
        }
        guard let identifier = try await identifiers.first(where: { _ in true }) else { throw CancellationError() }
        return Running(
            identifier: identifier,
            output: URL(filePath: output),
            errors: URL(filePath: errors),
            signals: send,
            status: status
        )
    }

    /// Of the tests' own environment, what has nothing to do with Kyck.
    private func environment(_ settings: [String: String]) -> Environment {
        let kept = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KYCK_") }
        let all = kept.merging(["KYCK_DATA_DIR": path("data")].merging(settings) { $1 }) { $1 }
        return .custom(Dictionary(uniqueKeysWithValues: all.map { (Environment.Key(stringLiteral: $0), $1) }))
    }

    private static func file(_ path: String) throws -> FileDescriptor {
        try FileDescriptor.open(path, .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
