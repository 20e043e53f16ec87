/// A text for people, in the languages Kyck speaks.
package struct Wording: Sendable, Hashable {
    package let korean: String
    package let english: String

    package init(korean: String, english: String) {
        self.korean = korean
        self.english = english
    }

    /// A name that is the same in every language, such as a title at YouTube or a label staff wrote.
    package init(_ name: String) {
        self.init(korean: name, english: name)
    }

    package subscript(language: Guardian.Language) -> String {
        switch language {
        case .korean: korean
        case .english: english
        }
    }
}
