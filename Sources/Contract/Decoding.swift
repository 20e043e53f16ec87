extension KeyedDecodingContainer {
    /// Reads a text and makes a value of it; a text that makes none is reported as malformed, by its field.
    func decodeChecked<Value>(_ key: Key, _ make: (String) -> Value?) throws -> Value {
        guard let value = make(try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "malformed")
        }
        return value
    }

    /// The same for a field that may be left out; `null` counts as left out.
    func decodeCheckedIfPresent<Value>(_ key: Key, _ make: (String) -> Value?) throws -> Value? {
        guard try decodeIfPresent(String.self, forKey: key) != nil else { return nil }
        return try decodeChecked(key, make)
    }
}
