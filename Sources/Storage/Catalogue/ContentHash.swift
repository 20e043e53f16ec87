/// FNV-1a over 64 bits, with a separator between fields: tells whether what is kept of a video has changed. It is
/// compared with the same video's last hash only, so a chance of 2⁻⁶⁴ is enough and nobody gains by a collision.
struct ContentHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String?) {
        guard var text else {
            add(byte: 0xFE)
            return
        }
        text.withUTF8 { for byte in $0 { add(byte: byte) } }
        add(byte: 0xFF)
    }

    private mutating func add(byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// The number in front says which fields were hashed how; it changes when `add`'s callers do.
    var text: String { "1:" + String(state, radix: 16) }
}
