/// The innermost loops of exact nearest-neighbour search, in C because Swift cannot choose code by the processor at run
/// time: the shipped program must start on any x86-64, where the compiler may only assume SSE2, and should still use
/// AVX-512 where there is some. There is nothing here but arithmetic: no memory is taken, nothing is kept, and what a
/// kernel returns are *bounds* that hold on every processor. What is found from them is decided in double precision in
/// Swift, so the answer does not depend on the level.
#pragma once
#include <stdint.h>

/// What the processor can do. A kernel takes the level as an argument, so that a test can run each.
enum {
    /// SSE2 on x86-64, NEON on arm64.
    CK_LEVEL_BASELINE = 0,
    /// AVX2 and FMA (x86-64-v3).
    CK_LEVEL_AVX2 = 1,
    /// AVX-512 with 8-bit dot products (VNNI).
    CK_LEVEL_AVX512 = 2,
};

/// Rows share one pair of error bounds by this many.
enum { CK_BLOCK = 16 };

/// A row that may be among the nearest, with bounds of |x|²/2 − q·x, which orders rows as |q − x| does.
typedef struct {
    float lower;
    float upper;
    uint32_t row;
} ck_candidate;

/// Rows of vectors. Their number is a multiple of CK_BLOCK; places that are empty have half_squares +∞.
typedef struct {
    /// Row after row, `stride` numbers each (a multiple of 16, zeros behind the vector).
    const float *values;
    /// Row after row, `code_stride` codes each (a multiple of 64); x ≈ scale · (code − 128).
    const uint8_t *codes;
    /// |x|²/2 of each row.
    const float *half_squares;
    /// The scale of each row's codes.
    const float *scales;
    /// The largest length in each block, of the vector or of what its codes stand for.
    const float *lengths;
    /// The largest distance in each block between a vector and what its codes stand for.
    const float *errors;
    uint32_t stride;
    uint32_t code_stride;
    /// The number of the first row, from which candidates are numbered.
    uint32_t number;
} ck_rows;

/// What is looked for, by one query or by a panel of `ck_panel` queries side by side.
///
/// The bounds of a row in a block with length n and error e are a − p ± (n·by_length + n²·by_square + e·by_error +
/// always), a being its half square and p the product as computed.
typedef struct {
    /// One query: its numbers. A panel: the first number of every query, then the second …
    const float *values;
    /// One query: its codes. A panel: the first four codes of every query, then the next four …
    const int8_t *codes;
    /// What follows has one element per query.
    const float *by_length;
    const float *by_error;
    const float *always;
    /// The scale of the codes.
    const float *scales;
    /// 128 times the sum of the codes.
    const int32_t *offsets;
    /// Only rows whose lower bound does not exceed it are candidates.
    const float *thresholds;
    /// The same for every query.
    float by_square;
} ck_query;

/// The best level this processor has.
int ck_best_level(void);

/// Queries in a panel.
uint32_t ck_panel(int level);

/// Writes the candidates among rows [first, first + count), both multiples of CK_BLOCK, and returns how many they are;
/// `out` has room for `count`.
uint32_t ck_scan(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *query,
                 ck_candidate *out);

/// The same from the 8-bit codes, a quarter of the memory to be read.
uint32_t ck_scan_codes(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *query,
                       ck_candidate *out);

/// The same for a panel. Query i's candidates are appended at out[i · room + found[i]], and found[i] grows.
void ck_scan_panel(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *panel,
                   ck_candidate *out, uint32_t room, uint32_t *found);

/// The same for a panel, from the 8-bit codes.
void ck_scan_panel_codes(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *panel,
                         ck_candidate *out, uint32_t room, uint32_t *found);

/// A value that k of the numbers (1 ≤ k ≤ count), and not many more, do not exceed. For a threshold the exact k-th is
/// not needed.
float ck_bound(int level, const float *numbers, uint32_t count, uint32_t k);
