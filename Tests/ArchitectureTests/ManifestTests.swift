import Foundation
import Testing

/// `Package.swift` against the sources: a target declares what it imports, and nothing else. What it declares and does not
/// use is built and pulled in for nothing, and opens a door that nobody looks at.
@Suite("The manifest")
struct ManifestTests {
    /// What the toolchain, or on macOS the system, brings.
    private static let free: Set<String> = ["Accelerate", "Dispatch", "Foundation", "Synchronization", "Testing"]
    /// Doors to libraries of the system: no Swift of their own.
    private static let doors: Set<String> = ["CLibpq", "CLAPACK"]
    /// A product is called like the module it is imported as, but for these.
    private static let modules = ["Metrics": ["Metrics", "CoreMetrics"]]

    private struct Target {
        let name: String
        let path: String
        let dependencies: Set<String>
    }

    @Test("Every target imports what it declares, and declares what it imports")
    func dependencies() throws {
        let targets = try Self.targets()
        let names = targets.map(\.name)
        for folder in try Checkout.folders(in: "Sources") + Checkout.folders(in: "Tests")
        where !Self.doors.contains(folder) {
            #expect(names.contains(folder), "the manifest, or this reading of it, does not know \(folder)")
        }
        for target in targets {
            var imported: Set<String> = []
            for file in Checkout.swiftFiles(in: target.path) { try imported.formUnion(Checkout.imports(of: file)) }
            let unused = target.dependencies.filter { product in
                (Self.modules[product] ?? [product]).allSatisfy { !imported.contains($0) }
            }
            #expect(unused.isEmpty, "\(target.name) declares and never imports")
            let declared = target.dependencies.flatMap { Self.modules[$0] ?? [$0] }
            let undeclared = imported.subtracting(declared).subtracting(Self.free)
            #expect(undeclared.isEmpty, "\(target.name) imports and does not declare")
        }
    }

    @Test("Every package is declared for one of our targets")
    func packages() throws {
        let text = try Checkout.text("Package.swift")
        let declared = text.matches(of: /\.package\(url: "[^"]*\/([^"\/]+)"/).map { String($0.1) }
        #expect(declared.count > 10)
        for package in declared { #expect(text.contains("package: \"\(package)\""), "\(package)") }
        for (name, product) in try Self.constants() {
            #expect(text.matches(of: try Regex(#"\b\#(name)\b"#)).count > 1, "\(product) is named and not used")
        }
    }

    /// The products that have a name of their own at the head of the manifest.
    private static func constants() throws -> [String: String] {
        let pairs = try Checkout.text("Package.swift")
            .matches(of: /(?m)^let (\w+) = Target\.Dependency\.product\(name: "(\w+)"/)
            .map { (String($0.1), String($0.2)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Read as it is written here: a name first, then the dependencies in one pair of brackets, then perhaps a path.
    private static func targets() throws -> [Target] {
        let constants = try constants()
        let text = try Checkout.text("Package.swift")
        let starts = text.ranges(of: /\.(?:target|testTarget|executableTarget)\(/).map(\.lowerBound)
        return try zip(starts, starts.dropFirst() + [text.endIndex]).map { start, end in
            let declaration = text[start..<end]
            let name = try #require(declaration.firstMatch(of: /name: "(\w+)"/)).1
            let list = declaration.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
            let products = list.replacing(/, package: "[^"]*"/, with: "")
            let named = products.matches(of: /"(\w+)"/).map { String($0.1) }
            let words = products.replacing(/"\w+"/, with: "").matches(of: /\b\w+\b/).map { String($0.0) }
            let path = declaration.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) }
            return Target(
                name: String(name),
                path: path ?? (declaration.hasPrefix(".testTarget") ? "Tests/\(name)" : "Sources/\(name)"),
                dependencies: Set(named + words.compactMap { constants[$0] })
            )
        }
    }
}
