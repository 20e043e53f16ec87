/// A child's profile. Deliberately little: no name, no day of birth, no sex, no picture.
package struct Child: Sendable, Hashable, Identifiable {
    package typealias ID = Identifier<Child>

    package var id: ID
    package var guardianID: Guardian.ID
    package var nickname: String
    package var birthMonth: BirthMonth
    package var avatar: Avatar
    package var rules: ViewingRules

    package init(
        id: ID,
        guardianID: Guardian.ID,
        nickname: String,
        birthMonth: BirthMonth,
        avatar: Avatar,
        rules: ViewingRules
    ) {
        self.id = id
        self.guardianID = guardianID
        self.nickname = nickname
        self.birthMonth = birthMonth
        self.avatar = avatar
        self.rules = rules
    }
}

/// What a guardian decided about what a child may see.
package struct ViewingRules: Sendable, Hashable {
    /// Only videos the guardian approved one by one.
    package var approvedOnly: Bool
    package var searchEnabled: Bool
    /// How many videos may follow by themselves; 0 to 10.
    package var autoplayCap: Int

    package init(approvedOnly: Bool = false, searchEnabled: Bool = false, autoplayCap: Int = 0) {
        self.approvedOnly = approvedOnly
        self.searchEnabled = searchEnabled
        self.autoplayCap = autoplayCap
    }

    package static let autoplayLimits = 0...10
}

/// The pictures a child can choose to be.
package enum Avatar: String, Sendable, CaseIterable, Codable {
    case bear, cat, dog, elephant, fox, frog, lion, owl, panda, penguin, rabbit, tiger, turtle, whale
}

/// A month of birth, `2021-04`: enough to know an age in years, and no more.
package struct BirthMonth: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package let year: Int
    package let month: Int

    package init?(year: Int, month: Int) {
        guard (1900...9999).contains(year), (1...12).contains(month) else { return nil }
        self.year = year
        self.month = month
    }

    package init?(_ description: String) {
        let bytes = Array(description.utf8)
        guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"),
            (bytes[..<4] + bytes[5...]).allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let year = Int(description.prefix(4)), let month = Int(description.suffix(2))
        else { return nil }
        self.init(year: year, month: month)
    }

    package var description: String {
        let month = month < 10 ? "0\(month)" : "\(month)"
        return "\(year)-\(month)"
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }

    /// Completed years in a month. The birthday is taken to be the last day of its month: a child is never thought
    /// older than it is.
    package func age(in month: BirthMonth) -> Int {
        ageInMonths(in: month) / 12
    }

    /// Completed months in a month, on the same assumption.
    package func ageInMonths(in month: BirthMonth) -> Int {
        max(0, (month.year - year) * 12 + (month.month - self.month) - 1)
    }
}
