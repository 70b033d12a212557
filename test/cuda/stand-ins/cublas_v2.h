/*
 * What ggml's CUDA dispatch names of cuBLAS, for a compile check without the library, which is 1 GB of Python
 * packages. Signatures as of cublas_api.h of CUDA 13; a toolkit that has the real header comes first on the
 * path.
 */
#pragma once

#include <cstdint>
#include <cuda_runtime.h>
#include <library_types.h>

#define CUBLAS_VER_MAJOR 13
#define CUBLAS_VER_MINOR 0

struct cublasContext;
using cublasHandle_t = cublasContext *;
enum cublasStatus_t { CUBLAS_STATUS_SUCCESS = 0 };
enum cublasOperation_t { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1 };
enum cublasGemmAlgo_t { CUBLAS_GEMM_DEFAULT_TENSOR_OP = 99 };
enum cublasMath_t { CUBLAS_TF32_TENSOR_OP_MATH = 3 };
enum cublasComputeType_t { CUBLAS_COMPUTE_16F = 64, CUBLAS_COMPUTE_32F = 68 };

extern "C" {
const char * cublasGetStatusString(cublasStatus_t);
cublasStatus_t cublasCreate(cublasHandle_t *);
cublasStatus_t cublasDestroy(cublasHandle_t);
cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t);
cublasStatus_t cublasSetStream(cublasHandle_t, cudaStream_t);
cublasStatus_t cublasSetWorkspace(cublasHandle_t, void *, size_t);
cublasStatus_t cublasSgemm(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n, int k,
                           const float *, const float *, int lda, const float *, int ldb, const float *,
                           float *, int ldc);
cublasStatus_t cublasGemmEx(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n, int k,
                            const void *, const void *, cudaDataType, int lda, const void *, cudaDataType,
                            int ldb, const void *, void *, cudaDataType, int ldc, cublasComputeType_t,
                            cublasGemmAlgo_t);
cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n,
                                          int k, const void *, const void *, cudaDataType, int lda, long long,
                                          const void *, cudaDataType, int ldb, long long, const void *,
                                          void *, cudaDataType, int ldc, long long, int count,
                                          cublasComputeType_t, cublasGemmAlgo_t);
cublasStatus_t cublasGemmBatchedEx(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n, int k,
                                   const void *, const void * const *, cudaDataType, int lda,
                                   const void * const *, cudaDataType, int ldb, const void *, void * const *,
                                   cudaDataType, int ldc, int count, cublasComputeType_t, cublasGemmAlgo_t);
}
