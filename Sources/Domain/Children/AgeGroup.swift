/// Children whose watching counts as what is popular at an age. Few, so that there are children enough in each: what is
/// made for two-year-olds differs from what is made for four-year-olds, and beyond six the years matter less.
///
/// The numbers are stored.
package enum AgeGroup: Int, Sendable, CaseIterable, Codable {
    case underThree = 0
    case three
    case four
    case five
    case sixAndOlder

    /// - Parameter months: completed months, as ``BirthMonth/ageInMonths(in:)`` counts them.
    package init(ageInMonths months: Int) {
        self =
            switch months {
            case ..<36: .underThree
            case ..<48: .three
            case ..<60: .four
            case ..<72: .five
            default: .sixAndOlder
            }
    }
}
