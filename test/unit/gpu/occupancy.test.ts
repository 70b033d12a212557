import assert from 'node:assert/strict';
import { readKernels } from '../../../scripts/cuda/compile.js';
import { occupancy } from '../../../scripts/cuda/occupancy.js';

describe('Occupancy of the CUDA kernels', () => {
  const kernel = (name: string, registers: number, sharedBytes: number) => ({
    name: `sp::cuda::${name}`,
    registers,
    sharedBytes,
    spillBytes: 0,
  });

  it('is limited by threads, registers, shared memory or block slots', () => {
    assert.equal(occupancy(kernel('up_rows<x>', 32, 0), '90'), 1);
    assert.equal(occupancy(kernel('up_rows<x>', 64, 0), '90'), 0.5);
    assert.equal(occupancy(kernel('column_product<x>', 32, 40_000), '90'), 5 / 8);
    assert.equal(occupancy(kernel('select_inputs_above', 16, 0), '86'), (16 * 32) / 1536);
    assert.equal(occupancy(kernel('find_kth_key', 64, 0), '75'), 1);
    assert.equal(occupancy(kernel('find_kth_key', 72, 0), '75'), 0);
  });

  it('is made of what the assembler says of each kernel', () => {
    const lines = [
      "ptxas info    : Compiling entry function '_Z1a' for 'sm_90'",
      'ptxas info    : Function properties for _Z1a',
      '    0 bytes stack frame, 12 bytes spill stores, 12 bytes spill loads',
      'ptxas info    : Used 40 registers, used 1 barriers, 8320 bytes smem, 400 bytes cmem[0]',
      "ptxas info    : Compiling entry function '_Z1b' for 'sm_90'",
      'ptxas info    : Used 16 registers, used 0 barriers, 360 bytes cmem[0]',
    ];
    assert.deepEqual(readKernels(lines), [
      { mangled: '_Z1a', registers: 40, sharedBytes: 8320, spillBytes: 12 },
      { mangled: '_Z1b', registers: 16, sharedBytes: 0, spillBytes: 0 },
    ]);
  });
});
