/// Why a source of recommendations gave none. Whoever asked shows a list of its own; what went wrong is for the log and
/// the metrics.
package enum RecommendationFailure: String, Error, CaseIterable {
    /// Nothing came in time.
    case deadline
    /// No connection, or one that broke before an answer began.
    case unreachable
    /// Any answer but a good one: a wrong token, a fault of its own, an address elsewhere.
    case refused
    /// An answer that cannot be true: half a body, no JSON, unknown words, videos nobody has, more than was asked for.
    case malformed
    /// Not asked: it failed too often a moment ago.
    case open
}
