import API
import ArgumentParser
import Foundation

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Lists every route of the API and who may call it."
    )

    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
            let rows = RouteAccess.all.map { ["method": $0.method, "path": $0.path, "who": $0.who.rawValue] }
            print(String(decoding: try encoder.encode(rows), as: UTF8.self))
            return
        }
        let width = RouteAccess.all.map(\.path.count).max() ?? 0
        for route in RouteAccess.all {
            let method = route.method.padding(toLength: 7, withPad: " ", startingAt: 0)
            let path = route.path.padding(toLength: width + 2, withPad: " ", startingAt: 0)
            print(method + path + route.who.explanation)
        }
    }
}
