/// A sparse matrix, row after row (compressed sparse rows): who watched what, one row per child, one column per video.
package struct SparseRows: Sendable, Equatable {
    /// Of its column and its value.
    package static let bytesPerEntry = MemoryLayout<Int32>.size + MemoryLayout<Double>.size

    /// Row r is `starts[r]..<starts[r + 1]` of `columns` and `values`.
    package private(set) var starts: [Int] = [0]
    /// Ascending within a row.
    package private(set) var columns: [Int32] = []
    package private(set) var values: [Double] = []
    package let columnCount: Int

    package init(columnCount: Int) {
        self.columnCount = max(columnCount, 0)
    }

    package var rowCount: Int { starts.count - 1 }
    /// Entries, zeros given explicitly included.
    package var entryCount: Int { columns.count }

    /// Adds a row. An entry that is not finite, or outside the columns, is left out; of entries for the same column the
    /// last counts.
    package mutating func append(_ entries: [(column: Int, value: Double)]) {
        var row: [(column: Int, place: Int, value: Double)] = []
        row.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated()
        where entry.value.isFinite && (0..<columnCount).contains(entry.column) {
            row.append((entry.column, place, entry.value))
        }
        row.sort { ($0.column, $0.place) < ($1.column, $1.place) }
        let start = columns.count
        for entry in row {
            if columns.count > start, columns.last == Int32(clamping: entry.column) {
                values[values.count - 1] = entry.value
            } else {
                columns.append(Int32(clamping: entry.column))
                values.append(entry.value)
            }
        }
        starts.append(columns.count)
    }

    package func range(_ row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

    /// Rows and columns exchanged.
    package func transposed() -> SparseRows {
        var turned = SparseRows(columnCount: rowCount)
        var ends = [Int](repeating: 0, count: columnCount + 1)
        for column in columns {
            ends[Int(column) + 1] += 1
        }
        for column in 0..<columnCount {
            ends[column + 1] += ends[column]
        }
        turned.starts = ends
        turned.columns = Array(repeating: 0, count: entryCount)
        turned.values = Array(repeating: 0, count: entryCount)
        for row in 0..<rowCount {
            for entry in range(row) {
                let place = ends[Int(columns[entry])]
                turned.columns[place] = Int32(clamping: row)
                turned.values[place] = values[entry]
                ends[Int(columns[entry])] += 1
            }
        }
        return turned
    }

    /// Every value multiplied by a factor of its column.
    package func scaled(byColumn factors: [Double]) -> SparseRows {
        var scaled = self
        for entry in columns.indices {
            scaled.values[entry] *= factors[Int(columns[entry])]
        }
        return scaled
    }

    /// Every value multiplied by a factor of its row.
    package func scaled(byRow factors: [Double]) -> SparseRows {
        var scaled = self
        for row in 0..<rowCount {
            for entry in range(row) { scaled.values[entry] *= factors[row] }
        }
        return scaled
    }

    /// Only the given rows, in their order.
    package func selecting(rows kept: [Int]) -> SparseRows {
        var selected = SparseRows(columnCount: columnCount)
        for row in kept {
            selected.columns += columns[range(row)]
            selected.values += values[range(row)]
            selected.starts.append(selected.columns.count)
        }
        return selected
    }

    /// These rows, then those of `other`, which has as many columns.
    package func appending(_ other: SparseRows) -> SparseRows {
        precondition(columnCount == other.columnCount, "both have a column for every video")
        var joined = self
        joined.starts += other.starts.dropFirst().map { $0 + entryCount }
        joined.columns += other.columns
        joined.values += other.values
        return joined
    }

    /// Only the given columns, which become 0, 1, 2 … in their order.
    package func selecting(columns kept: [Int]) -> SparseRows {
        var places = [Int](repeating: -1, count: columnCount)
        for (place, column) in kept.enumerated() where places.indices.contains(column) {
            places[column] = place
        }
        var selected = SparseRows(columnCount: kept.count)
        for row in 0..<rowCount {
            selected.append(
                range(row).compactMap { entry in
                    let place = places[Int(columns[entry])]
                    return place >= 0 ? (place, values[entry]) : nil
                }
            )
        }
        return selected
    }

    /// Σ v² of each column.
    package func squaredColumnLengths() -> [Double] {
        var lengths = [Double](repeating: 0, count: columnCount)
        for entry in columns.indices {
            lengths[Int(columns[entry])] += values[entry] * values[entry]
        }
        return lengths
    }
}
