import Foundation
import Testing

@Suite("Servers")
struct ServerTests {
    @Test("Every server the program starts ends connections that say nothing")
    func silence() throws {
        var servers = 0
        for file in Checkout.swiftFiles(in: "Sources/kyck") {
            let text = try String(contentsOf: file, encoding: .utf8)
            let started = text.matches(of: /\bApplication\(/).count
            servers += started
            // What Hummingbird starts unless told otherwise keeps them for ever.
            let bounded = text.matches(of: /\bserver: \.http1OnLoops\b/).count
            #expect(bounded == started, "\(file.lastPathComponent)")
        }
        #expect(servers >= 2, "the API and the recommender")
    }
}
