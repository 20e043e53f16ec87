extension Decoder {
    /// Refuses an object inside a body that has fields its type does not know, as `decodeBody` does for the body itself.
    func refuseUnknownFields(besides known: (some CodingKey & CaseIterable).Type) throws {
        for key in try container(keyedBy: AnyKey.self).allKeys where known.init(stringValue: key.stringValue) == nil {
            let path = (codingPath + [key]).map { $0.intValue.map(String.init) ?? $0.stringValue }
            throw InvalidField(String(path.joined(separator: ".").prefix(120)), .unknown)
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}

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
