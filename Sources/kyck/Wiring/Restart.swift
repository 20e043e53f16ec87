import Foundation
import Ranking

/// Starts this program anew with the variable OpenBLAS needs, where it took the processor for an old one. Called first of all:
/// nothing has been opened yet, and the process stays the same to whoever supervises it. Where the program cannot be started
/// again it goes on, slower.
func restartForProcessor() {
    guard ProcessInfo.processInfo.environment[ProcessorCore.variable] == nil, let core = ProcessorCore.better else {
        return
    }
    setenv(ProcessorCore.variable, core, 1)
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    execv("/proc/self/exe", &arguments)
}
