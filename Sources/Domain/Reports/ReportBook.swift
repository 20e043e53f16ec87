/// The data that reports are made with: the curriculum and the topics, as they come with the program.
package struct ReportBook: Sendable {
    package let curriculum: Curriculum
    package let topics: TogetherBook

    package init(curriculum: Curriculum, topics: TogetherBook) {
        self.curriculum = curriculum
        self.topics = topics
    }

    /// Throws where an embedded table is malformed: to be read once, when the service starts.
    package static func bundled() throws(MalformedTable) -> Self {
        Self(curriculum: try .bundled(), topics: try .bundled())
    }
}
