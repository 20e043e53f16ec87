/// What is said to people, in the languages Kyck speaks.
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

    package init(_ title: OwnTitle) {
        self.init(korean: title.korean, english: title.english)
    }

    package subscript(language: Guardian.Language) -> String {
        switch language {
        case .korean: korean
        case .english: english
        }
    }
}

/// Where something that is said comes from.
package struct Citation: Sendable, Hashable {
    package let name: Wording
    /// An address a reader can open; nil for what only the family's own records show.
    package let url: String?

    package init(name: Wording, url: String?) {
        self.name = name
        self.url = url
    }
}
