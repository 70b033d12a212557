import assert from 'node:assert/strict';
import { refusedCompiler } from '../../../scripts/cuda/toolkit.js';

describe('A CUDA compiler of the system', () => {
  const says = (release: string) => [
    'nvcc: NVIDIA (R) Cuda compiler driver',
    `Cuda compilation tools, release ${release}, V${release}.48`,
  ];

  it('serves when it is of the release that the backend is built with', () => {
    assert.equal(refusedCompiler('/usr/bin/nvcc', says('13.0')), null);
    assert.equal(refusedCompiler('/usr/bin/nvcc', says('13.2')), null);
  });

  it('is refused with both numbers when it is of another: its libraries would be missing from the build', () => {
    assert.match(
      refusedCompiler('/usr/bin/nvcc', says('12.4')) ?? '',
      /nvcc is of CUDA 12\.4; CUDA 13 is needed/,
    );
    assert.match(refusedCompiler('/usr/bin/nvcc', ['no such thing']) ?? '', /does not say/);
  });
});
