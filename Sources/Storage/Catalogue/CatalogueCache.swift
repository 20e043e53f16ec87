/// The published catalogue in memory, exactly as new as the database: every call asks for the version first, so a video
/// published this second is in the next answer, in every process.
package actor CatalogueCache {
    private let store: CatalogueStore
    private var snapshot: CatalogueSnapshot?
    private var loading: Task<CatalogueSnapshot, any Error>?

    package init(store: CatalogueStore) {
        self.store = store
    }

    package func current() async throws -> CatalogueSnapshot {
        let version = try await store.version()
        while true {
            if let snapshot, snapshot.version >= version { return snapshot }
            if let loading {
                _ = try await loading.value
                continue
            }
            let task = Task { [store] in try await store.snapshot() }
            loading = task
            defer { loading = nil }
            let loaded = try await task.value
            snapshot = loaded
        }
    }
}
