/// The names of an evaluation's users, or of its items, numbered as they come: a row is then two numbers.
struct NameTable: Sendable {
    /// A name as it is told apart from others: most are whole numbers, which are quicker to compare than text.
    enum Name: Sendable, Hashable, Comparable, CustomStringConvertible {
        case number(Int64)
        case text(String)

        /// A whole number as it would be written, anything else as text.
        init(_ text: String) {
            if let number = Int64(text), number >= 0, String(number) == text {
                self = .number(number)
            } else {
                self = .text(text)
            }
        }

        var description: String {
            switch self {
            case .number(let number): String(number)
            case .text(let text): text
            }
        }

        static func < (left: Name, right: Name) -> Bool {
            switch (left, right) {
            case (.number(let left), .number(let right)): left < right
            case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
            case (.number, .text): true
            case (.text, .number): false
            }
        }
    }

    private(set) var names: [Name] = []
    private var numbers: [Name: Int32] = [:]

    /// The number of a name, a new one where it has none.
    mutating func number(of name: Name) -> Int32 {
        if let known = numbers[name] { return known }
        let number = Int32(clamping: names.count)
        names.append(name)
        numbers[name] = number
        return number
    }

    func number(ofKnown name: Name) -> Int32? { numbers[name] }

    /// Those of the names that are kept, in their order: for each of the table its place among them, −1 for the others.
    func places(keeping kept: [Bool]) -> (order: [Int32], places: [Int32]) {
        let order = names.indices.filter { kept[$0] }.sorted { names[$0] < names[$1] }
        var places = [Int32](repeating: -1, count: names.count)
        for (place, number) in order.enumerated() { places[number] = Int32(clamping: place) }
        return (order.map { Int32(clamping: $0) }, places)
    }
}
