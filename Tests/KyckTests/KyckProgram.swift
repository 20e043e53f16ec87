import Foundation
import Synchronization

/// The built program, run as a person runs it, in a folder of its own.
struct KyckProgram {
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    /// A program that was started.
    struct Running {
        fileprivate let process: Process
        fileprivate let output: URL
        fileprivate let errors: URL

        var identifier: Int32 { process.processIdentifier }

        /// What it has logged until now.
        func log() throws -> String { try String(contentsOf: errors, encoding: .utf8) }

        /// Waits for its end.
        func ended() throws -> Ended {
            process.waitUntilExit()
            return Ended(
                status: process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8)
            )
        }

        /// SIGTERM, and waits for its end.
        func terminate() throws -> Ended {
            if process.isRunning { process.terminate() }
            return try ended()
        }

        /// SIGKILL: it does nothing any more, not even tell anybody. Returns whether it ran until then.
        @discardableResult
        func killed() -> Bool {
            guard process.isRunning else { return false }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
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

    private static let starting = Mutex(())

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
    func run(_ arguments: String..., settings: [String: String] = [:]) throws -> Ended {
        try run(arguments, settings: settings)
    }

    /// Runs with these settings and no others.
    func run(_ arguments: [String], settings: [String: String] = [:]) throws -> Ended {
        try start(arguments, settings: settings).ended()
    }

    /// Starts with these settings and no others, and does not wait for the end.
    func start(_ arguments: [String], settings: [String: String] = [:]) throws -> Running {
        let process = Process()
        let (output, errors) = (path(".output-\(UUID().uuidString)"), path(".errors-\(UUID().uuidString)"))
        for file in [output, errors] { try Data().write(to: URL(filePath: file)) }
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let kept = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KYCK_") }
        process.environment = kept.merging(["KYCK_DATA_DIR": path("data")].merging(settings) { $1 }) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        // Foundation's start of a process is not to be had twice at once: it has crashed in a copy of its own.
        try Self.starting.withLock { _ in try process.run() }
        return Running(process: process, output: URL(filePath: output), errors: URL(filePath: errors))
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
