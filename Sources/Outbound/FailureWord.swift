import AsyncHTTPClient

/// The kind of a failure, for logs. Nothing else of it: a description may quote the request, with an address, a token or a
/// key in it.
func failureWord(_ error: any Error) -> String {
    (error as? HTTPClientError)?.shortDescription ?? String(describing: type(of: error))
}
