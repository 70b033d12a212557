import { halfBits } from './half.js';

/** How blocks of one ggml type are filled with random weights of a given standard deviation. */
export interface RandomFormat {
  readonly name: string;
  /** The ggml type (ggml.h). */
  readonly type: number;
  /** llama.cpp's `general.file_type` of a model that is mostly of this type. */
  readonly fileType: number;
  readonly values: number;
  readonly bytes: number;
  /** Turns a block of random bytes into a valid one: its scales, and bytes that must not be arbitrary. */
  readonly finish: (block: DataView, deviation: number) => void;
}

/** The distance between neighbours of `levels` equally likely, equally spaced values with this standard deviation. */
const stepOf = (levels: number, deviation: number): number =>
  deviation / Math.sqrt((levels * levels - 1) / 12);

const setHalf = (block: DataView, at: number, value: number): void =>
  block.setUint16(at, halfBits(value), true);

/** A scale in front; the quants lie around 0. */
const symmetric = (levels: number) => (block: DataView, deviation: number) =>
  setHalf(block, 0, stepOf(levels, deviation));

/** A scale and a minimum in front. */
const withMinimum = (levels: number) => (block: DataView, deviation: number) => {
  const step = stepOf(levels, deviation);
  setHalf(block, 0, step);
  setHalf(block, 2, (-step * (levels - 1)) / 2);
};

/** Scales and minima of K-quants' eight parts are all 15: in 6 bits each that is 15 in the low halves and nothing above. */
const partScale = 15;
const superBlock = (levels: number) => (block: DataView, deviation: number) => {
  const step = stepOf(levels, deviation) / partScale;
  setHalf(block, 0, step);
  setHalf(block, 2, (step * (levels - 1)) / 2);
  for (let at = 4; at < 12; at++) block.setUint8(at, partScale);
  for (let at = 12; at < 16; at++) block.setUint8(at, partScale | (partScale << 4));
};

/** The types that models are made of; layouts as in ggml-common.h. */
export const randomFormats: readonly RandomFormat[] = [
  {
    name: 'F16',
    type: 1,
    fileType: 1,
    values: 1,
    bytes: 2,
    finish: (block, deviation) =>
      setHalf(block, 0, (block.getUint16(0) / 32767.5 - 1) * Math.sqrt(3) * deviation),
  },
  {
    name: 'Q8_0',
    type: 8,
    fileType: 7,
    values: 32,
    bytes: 34,
    finish: (block, deviation) => {
      setHalf(block, 0, stepOf(255, deviation));
      // ggml never writes -128.
      for (let at = 2; at < 34; at++) if (block.getInt8(at) === -128) block.setInt8(at, 0);
    },
  },
  { name: 'Q4_0', type: 2, fileType: 2, values: 32, bytes: 18, finish: symmetric(16) },
  { name: 'Q4_1', type: 3, fileType: 3, values: 32, bytes: 20, finish: withMinimum(16) },
  { name: 'Q5_0', type: 6, fileType: 8, values: 32, bytes: 22, finish: symmetric(32) },
  { name: 'Q5_1', type: 7, fileType: 9, values: 32, bytes: 24, finish: withMinimum(32) },
  { name: 'Q4_K', type: 12, fileType: 14, values: 256, bytes: 144, finish: superBlock(16) },
  { name: 'Q5_K', type: 13, fileType: 16, values: 256, bytes: 176, finish: superBlock(32) },
  {
    name: 'Q6_K',
    type: 14,
    fileType: 18,
    values: 256,
    bytes: 210,
    finish: (block, deviation) => {
      for (let at = 192; at < 208; at++) block.setInt8(at, partScale);
      setHalf(block, 208, stepOf(64, deviation) / partScale);
    },
  },
];
