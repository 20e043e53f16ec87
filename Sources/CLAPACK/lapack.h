// The few routines of BLAS and LAPACK that Kyck calls. Every implementation has them under these names and with these
// numbers (https://netlib.org/blas/, https://netlib.org/lapack/), so the headers of none are needed. Integers are 32
// bits wide; LAPACK takes its arguments by address and its matrices column by column.
#ifndef KYCK_LAPACK_H
#define KYCK_LAPACK_H

enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112 };
enum CBLAS_UPLO { CblasUpper = 121, CblasLower = 122 };

// C ← α·A·B + β·C, A and B transposed as asked.
void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transposeA, enum CBLAS_TRANSPOSE transposeB,
                 int m, int n, int k, double alpha, const double *a, int lda, const double *b, int ldb,
                 double beta, double *c, int ldc);

// y ← α·A·x + β·y.
void cblas_dgemv(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transposeA, int m, int n, double alpha, const double *a,
                 int lda, const double *x, int incX, double beta, double *y, int incY);

// C ← α·A·Aᵀ + β·C, or α·Aᵀ·A + β·C; one triangle of C.
void cblas_dsyrk(enum CBLAS_ORDER order, enum CBLAS_UPLO triangle, enum CBLAS_TRANSPOSE transpose,
                 int n, int k, double alpha, const double *a, int lda, double beta, double *c, int ldc);

// The Cholesky factor of a symmetric positive definite matrix, in place; info > 0: it is not positive definite.
void dpotrf_(const char *triangle, const int *n, double *a, const int *lda, int *info);

// Solves A·x = b for a symmetric positive definite A, in place: A becomes its factor, b the answer.
void dposv_(const char *triangle, const int *n, const int *columns, double *a, const int *lda, double *b,
            const int *ldb, int *info);

// The inverse of a matrix from its Cholesky factor, in place, one triangle.
void dpotri_(const char *triangle, const int *n, double *a, const int *lda, int *info);

// OpenBLAS alone: the processor whose routines it runs, by its own name.
char *openblas_get_corename(void);

// OpenBLAS alone: how many threads it may use from now on.
void openblas_set_num_threads(int count);

#endif
