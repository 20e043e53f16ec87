/// The part of a file that a `Range` header asks for (RFC 9110 §14).
enum ByteRange: Equatable {
    /// The whole file: no header, or one that may be ignored (other units, several ranges, nonsense).
    case whole
    case part(ClosedRange<Int>)
    /// Well formed, but the file has no such bytes: 416.
    case unsatisfiable

    /// - Parameter size: of the file in bytes.
    init(header: String?, size: Int) {
        self = .whole
        guard let header, header.hasPrefix("bytes=") else { return }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?):
            guard first <= last else { return }
            self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
        case (let first?, nil):
            // "5-" asks for the rest, and digits too many for an Int reach beyond any file.
            self = first < size ? .part(first...(size - 1)) : .unsatisfiable
        case (nil, let count?) where parts[0].isEmpty:
            // "-500" asks for the last 500 bytes.
            self = count > 0 && size > 0 ? .part(max(0, size - count)...(size - 1)) : .unsatisfiable
        case (nil, _):
            if parts[0].isEmpty, parts[1].isEmpty { return }
            self = .unsatisfiable
        }
    }
}
