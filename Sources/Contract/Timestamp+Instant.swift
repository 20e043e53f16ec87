package import Domain

extension Timestamp {
    package init(_ instant: Instant) {
        self.init(millisecondsSince1970: instant.millisecondsSince1970)
    }

    package var instant: Instant { Instant(millisecondsSince1970: millisecondsSince1970) }
}
