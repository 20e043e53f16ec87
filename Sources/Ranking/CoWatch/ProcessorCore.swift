#if !canImport(Accelerate)
import CKernels
import CLAPACK
#endif

/// Which of its routines OpenBLAS runs.
package enum ProcessorCore {
    /// What OpenBLAS reads the name of a processor from, once, while it is being loaded.
    package static let variable = "OPENBLAS_CORETYPE"

    /// The name OpenBLAS should have been given; nil where what it chose is fit. An older OpenBLAS takes a processor that is
    /// newer than itself for the oldest it knows, and is then some five times slower than it need be.
    package static var better: String? {
        #if canImport(Accelerate)
        nil
        #else
        guard let name = openblas_get_corename(), String(cString: name) == "Prescott" else { return nil }
        return switch ck_best_level() {
        case Int32(CK_LEVEL_AVX512): "SKYLAKEX"
        case Int32(CK_LEVEL_AVX2): "HASWELL"
        default: nil
        }
        #endif
    }

    /// Lets OpenBLAS use one thread, for a process that answers requests: a request's systems have some sixty unknowns, and
    /// threads that are woken for them, and spin until they are, cost more than they save. What such a process trains beside
    /// that leaves the other cores to the children.
    package static func useOneThread() {
        #if !canImport(Accelerate)
        openblas_set_num_threads(1)
        #endif
    }
}
