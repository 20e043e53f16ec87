import Foundation

extension Settings {
    /// Every key the settings ask for, found by asking: production asks for all and makes nothing.
    static var names: Set<String> {
        var asked: Set<String> = ["KYCK_CONFIG_FILE"]
        _ = try? Settings { name in
            asked.insert(name)
            return name == "KYCK_ENV" ? Environment.production.rawValue : nil
        }
        return asked
    }

    /// How names go on, after `KYCK_`, that are for our tests, benchmarks and scripts and mean nothing to the program.
    private static let namesOfScripts = ["TEST_", "BENCH_", "SCHEMATHESIS_", "BIN", "CACHE_DIR", "UPDATE_GOLDEN"]

    /// Names that look like settings and are none: a slip of the pen, and what it was to say would be missing in silence.
    static func strangers(in names: Set<String>) -> [Fault] {
        let known = self.names
        return names.subtracting(known).sorted().compactMap { name in
            guard name.contains("KYCK_"), !namesOfScripts.contains(where: { name.hasPrefix("KYCK_" + $0) }) else {
                return nil
            }
            let nearest = known.sorted().min { distance($0, name) < distance($1, name) }
            return Fault(key: name, problem: "nothing reads this name; is it " + (nearest ?? "KYCK_ENV") + "?")
        }
    }

    /// The names in the text of a settings file, which is read as swift-configuration reads it: `NAME=value` by line.
    static func names(inFile text: String) -> Set<String> {
        Set(
            text.split(whereSeparator: \.isNewline).compactMap { line in
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = parts[0].trimmingCharacters(in: .whitespaces)
                return parts.count == 2 && !name.isEmpty && !name.hasPrefix("#") ? name : nil
            }
        )
    }

    /// How many letters must be put in and taken out to make one of the other: words that were left out cost less than
    /// words that are others.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = byte == other ? diagonal : min(above, row[j]) + 1
                diagonal = above
            }
        }
        return row[right.count]
    }
}
