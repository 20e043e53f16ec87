import Foundation

/// What the operating system says about this process, read at each scrape. From `/proc`, so on Linux only; elsewhere there
/// are no samples.
package enum ProcessMetrics {
    package struct Sample: Equatable, Sendable {
        package let name: String
        package let value: Double

        package init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// Resident memory in bytes, open file descriptors, and the start in seconds since 1970, under the names that
    /// Prometheus' own clients use.
    package static func samples() -> [Sample] {
        [
            residentMemory().map { Sample(name: "process_resident_memory_bytes", value: $0) },
            openFiles().map { Sample(name: "process_open_fds", value: $0) },
            startTime.map { Sample(name: "process_start_time_seconds", value: $0) },
        ].compactMap { $0 }
    }

    /// The second field of statm, in pages (proc(5)).
    private static func residentMemory() -> Double? {
        guard let pages = read("/proc/self/statm")?.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func openFiles() -> Double? {
        // One of them is the folder being read.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
    }

    /// Ticks from boot to the start (field 22 of stat, counted behind the name in parentheses, which may have spaces), and
    /// the moment of the boot.
    private static let startTime: Double? = {
        guard let stat = read("/proc/self/stat"), let name = stat.lastIndex(of: ")"),
            let ticks = stat[name...].split(separator: " ").dropFirst(20).first.flatMap({ Double($0) }),
            let boot = read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let bootTime = Double(boot.dropFirst(6))
        else { return nil }
        return bootTime + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static func read(_ path: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return String(validating: data, as: UTF8.self)
    }
}
