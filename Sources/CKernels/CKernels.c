#include "CKernels.h"

#include <stddef.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// How far ahead of the scan memory is asked for, in bytes: the processor's own prefetcher stops at the end of a page.
#define AHEAD 4096

typedef int32_t __attribute__((aligned(1), may_alias)) four_codes;

#if defined(__x86_64__)
// u · c of bytes without VNNI: _mm_maddubs_epi16 would saturate (2 · 255 · 127 > 32,767), so even and odd bytes are
// widened and multiplied apart.
static inline __attribute__((always_inline)) __m128i dot_sse2(__m128i sum, __m128i u, __m128i c) {
    __m128i even = _mm_madd_epi16(_mm_and_si128(u, _mm_set1_epi16(255)), _mm_srai_epi16(_mm_slli_epi16(c, 8), 8));
    __m128i odd = _mm_madd_epi16(_mm_srli_epi16(u, 8), _mm_srai_epi16(c, 8));
    return _mm_add_epi32(sum, _mm_add_epi32(even, odd));
}
#elif defined(__aarch64__)
static inline __attribute__((always_inline)) int32x4_t dot_neon(int32x4_t sum, int32x4_t u, int32x4_t c) {
    uint8x16_t left = vreinterpretq_u8_s32(u);
    int8x16_t right = vreinterpretq_s8_s32(c);
    // A product fits 16 bits: 255 · 127 < 32,768.
    int16x8_t low = vmulq_s16(vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(left))), vmovl_s8(vget_low_s8(right)));
    int16x8_t high = vmulq_s16(vreinterpretq_s16_u16(vmovl_high_u8(left)), vmovl_high_s8(right));
    return vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
}
static inline __attribute__((always_inline)) uint32_t mask_neon(float32x4_t a, float32x4_t b) {
    static const uint32_t bits[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcleq_f32(a, b), vld1q_u32(bits)));
}
#endif

#define LANES 4
#define TILE 4
#define NAME(x) x##_baseline
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#if defined(__x86_64__)
#define MASK(a, b) (uint32_t) _mm_movemask_ps(_mm_cmple_ps(a, b))
#define DOT(s, u, c) (ints_baseline) dot_sse2((__m128i)(s), (__m128i)(u), (__m128i)(c))
#elif defined(__aarch64__)
#define MASK(a, b) mask_neon(a, b)
#define DOT(s, u, c) dot_neon(s, u, c)
#else
#error "Kyck runs on x86-64 and arm64"
#endif
#include "kernels.inc"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
static inline __attribute__((always_inline)) __m256i dot_avx2(__m256i sum, __m256i u, __m256i c) {
    __m256i even =
        _mm256_madd_epi16(_mm256_and_si256(u, _mm256_set1_epi16(255)), _mm256_srai_epi16(_mm256_slli_epi16(c, 8), 8));
    __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(u, 8), _mm256_srai_epi16(c, 8));
    return _mm256_add_epi32(sum, _mm256_add_epi32(even, odd));
}
#define LANES 8
#define TILE 4
#define NAME(x) x##_avx2
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#define MASK(a, b) (uint32_t) _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LE_OQ))
#define DOT(s, u, c) (ints_avx2) dot_avx2((__m256i)(s), (__m256i)(u), (__m256i)(c))
#include "kernels.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512vnni"))), \
                             apply_to = function)
#define LANES 16
#define TILE 8
#define NAME(x) x##_avx512
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define MASK(a, b) (uint32_t) _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ)
#define DOT(s, u, c) (ints_avx512) _mm512_dpbusd_epi32((__m512i)(s), (__m512i)(u), (__m512i)(c))
#include "kernels.inc"
#pragma clang attribute pop
#endif

int ck_best_level(void) {
#if defined(__x86_64__)
    // Asks the processor and whether the operating system saves the wide registers.
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vnni")) {
        return CK_LEVEL_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return CK_LEVEL_AVX2;
    }
#endif
    return CK_LEVEL_BASELINE;
}

uint32_t ck_panel(int level) {
    return 2 * (level == CK_LEVEL_AVX512 ? 16 : level == CK_LEVEL_AVX2 ? 8 : 4);
}

#if defined(__x86_64__)
#define CALL(kernel, ...)                                                                  \
    (level == CK_LEVEL_AVX512 ? kernel##_avx512(__VA_ARGS__)                               \
     : level == CK_LEVEL_AVX2 ? kernel##_avx2(__VA_ARGS__) : kernel##_baseline(__VA_ARGS__))
#else
#define CALL(kernel, ...) ((void)level, kernel##_baseline(__VA_ARGS__))
#endif

uint32_t ck_scan(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *query,
                 ck_candidate *out) {
    return CALL(scan, rows, first, count, query, out);
}

uint32_t ck_scan_codes(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *query,
                       ck_candidate *out) {
    return CALL(scan_codes, rows, first, count, query, out);
}

void ck_scan_panel(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *panel,
                   ck_candidate *out, uint32_t room, uint32_t *found) {
    CALL(scan_panel, rows, first, count, panel, out, room, found);
}

void ck_scan_panel_codes(int level, const ck_rows *rows, uint32_t first, uint32_t count, const ck_query *panel,
                         ck_candidate *out, uint32_t room, uint32_t *found) {
    CALL(scan_panel_codes, rows, first, count, panel, out, room, found);
}

float ck_bound(int level, const float *numbers, uint32_t count, uint32_t k) {
    return CALL(bound, numbers, count, k);
}
