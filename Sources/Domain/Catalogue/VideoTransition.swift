/// What an import or a refresh does to a video's state. Pure, so that the rule is one table and tested as one.
///
/// | state was | gate accepts | gate refuses | vanished |
/// | --- | --- | --- | --- |
/// | none | accepted | refused | – |
/// | refused, accepted | accepted | refused | quarantined |
/// | published | published | quarantined | quarantined |
/// | quarantined | accepted¹ | quarantined² | quarantined |
/// | withdrawn | withdrawn | withdrawn | withdrawn |
///
/// ¹ Back to published only when it had been published and staleness was the one reason: nothing about the video
/// itself had changed. After any other quarantine staff look at it and publish again.
/// ² Refused when it had never been published.
extension Video.State {
    /// `wasPublished`: it was published when it went to quarantine. `reasons`: the stored codes of its quarantine.
    package func afterAcceptance(wasPublished: Bool, reasons: Set<String>) -> Self {
        switch self {
        case .refused, .accepted: .accepted
        case .published: .published
        case .quarantined: wasPublished && reasons == [GateRefusal.staleCode] ? .published : .accepted
        case .withdrawn: .withdrawn
        }
    }

    package func afterRefusal(wasPublished: Bool) -> Self {
        switch self {
        case .refused, .accepted: .refused
        case .published: .quarantined
        case .quarantined: wasPublished ? .quarantined : .refused
        case .withdrawn: .withdrawn
        }
    }

    package var afterVanishing: Self { self == .withdrawn ? .withdrawn : .quarantined }

    /// API data passed its 30 days without a refresh. A refused video stays refused: its reasons still hold.
    package var afterPurge: Self {
        switch self {
        case .accepted, .published: .quarantined
        case .refused, .quarantined, .withdrawn: self
        }
    }
}
