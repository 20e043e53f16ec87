import Subprocess
import Synchronization
import SystemPackage

/// Draws SVG as PNG with librsvg's program `rsvg-convert`: a process for each picture, so that what reads the drawing
/// stands apart from what serves families, and can be ended when it takes too long.
///
/// Of our environment it is given nothing: there are keys in it.
package struct RsvgConvert: Sendable {
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// There is no such program on this machine.
        case missing
        case deadlineExceeded
        /// As many pictures as are drawn at once are being drawn.
        case busy
        case failed(String)

        package var description: String {
            switch self {
            case .missing: "there is no rsvg-convert on this machine"
            case .deadlineExceeded: "rsvg-convert took too long"
            case .busy: "too many pictures at once"
            case .failed(let problem): "rsvg-convert failed: \(problem)"
            }
        }
    }

    /// A chart takes some 30 ms.
    package static let deadline = Duration.seconds(5)
    /// Pictures are rare: more at once are somebody's mistake.
    package static let mostAtOnce = 4
    /// Points of the picture for each of the drawing: charts are as wide as a phone.
    package static let zoom = 3

    private static let path = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"
    private static let longestPicture = 4 << 20

    private let program: String
    private let deadline: Duration
    private let places: Places

    /// - Parameter program: another program that behaves like it, by name or path.
    package init(program: String = "rsvg-convert", deadline: Duration = deadline) {
        self.program = program
        self.deadline = deadline
        places = Places()
    }

    /// The bytes of a PNG file. Throws `Failure`, or that the task was cancelled.
    package func png(of svg: String) async throws -> [UInt8] {
        guard places.take() else { throw Failure.busy }
        defer { places.give() }
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await draw(svg) }
            group.addTask { [deadline] in
                try await Task.sleep(for: deadline)
                throw Failure.deadlineExceeded
            }
            // Whichever is first ends the other; a program that is cancelled is killed.
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private func draw(_ svg: String) async throws -> [UInt8] {
        do {
            let outcome = try await run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: ["--format=png", "--zoom=\(Self.zoom)"],
                environment: .custom(["PATH": Self.path, "LANG": "C.UTF-8"]),
                input: .string(svg),
                output: .bytes(limit: Self.longestPicture),
                error: .string(limit: 4_096)
            )
            guard outcome.terminationStatus.isSuccess else {
                throw Failure.failed("\(outcome.terminationStatus) \(outcome.standardError)")
            }
            return outcome.standardOutput
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Failure.missing
        } catch let error as SubprocessError {
            throw Failure.failed("\(error)")
        }
    }
}

/// How many are drawn now.
private final class Places: Sendable {
    private let taken = Mutex(0)

    func take() -> Bool {
        taken.withLock { taken in
            guard taken < RsvgConvert.mostAtOnce else { return false }
            taken += 1
            return true
        }
    }

    func give() {
        taken.withLock { $0 -= 1 }
    }
}
