import API
import ServiceLifecycle

/// Writes what lists have shown every few seconds, and what is left once nobody answers lists any more: it stands before the
/// server in the group, and so stops after it.
struct OfferWriter: Service {
    let offers: OfferCounter
    var period = Duration.seconds(5)

    func run() async {
        await cancelWhenGracefulShutdown {
            // Woken by the end of the service.
            while (try? await Task.sleep(for: period)) != nil { await offers.flush() }
        }
        await offers.flush()
    }
}
