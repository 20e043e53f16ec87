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
        try await atLeast(version: try await store.version())
    }

    /// The catalogue as it was last read, for what does not depend on the newest change: how long a video is, which areas
    /// it counts under.
    package func latest() async throws -> CatalogueSnapshot {
        if let snapshot { return snapshot }
        return try await current()
    }

    private func atLeast(version: Int64) async throws -> CatalogueSnapshot {
        while true {
            if let snapshot, snapshot.version >= version { return snapshot }
            let load = loading ?? Task { [store] in try await store.snapshot() }
            loading = load
            let result = await load.result
            // Whoever comes back first clears it. Were it left to the one who made it, the others would find the finished
            // task again and again: waiting for one does not suspend, and the actor would never be free.
            if loading == load { loading = nil }
            let loaded = try result.get()
            if loaded.version > snapshot?.version ?? .min { snapshot = loaded }
        }
    }
}
