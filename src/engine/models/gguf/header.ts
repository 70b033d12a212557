import { closeSync, fstatSync, openSync } from 'node:fs';
import { ByteReader, GgufFormatError } from './byte-reader.js';
import { fileTypes, tensorTypes } from './tensor-types.js';

/** What a GGUF file says of itself, read without loading any weights. */
export interface GgufHeader {
  readonly version: number;
  /** `general.architecture`; empty when the file does not say. */
  readonly architecture: string;
  readonly name: string;
  /** llama.cpp's name of the file type, "unknown" when not stated. */
  readonly quantisation: string;
  /** Weights in all tensors. */
  readonly parameters: number;
  readonly tensors: number;
  /** Bytes of the feed-forward blocks' weights, and of all linears in the layers. */
  readonly linears: { readonly feedForward: number; readonly all: number };
  readonly fileSize: number;
  /** Bytes the tensor table claims, from the start of the file. */
  readonly claimedSize: number;
  /** Numbers, booleans and short strings of the metadata. Arrays are left out. */
  readonly metadata: ReadonlyMap<string, string | number | boolean>;
}

const magic = 0x46554747;
const maxEntries = 1 << 20;
const maxTextBytes = 64 << 20;
const maxKeptText = 1 << 16;
const maxKeyBytes = 1 << 16;
const maxDimensions = 4;

const feedForward = /^blk\.\d+\.ffn_(gate|up|down)\.weight$/;
const linear = /^blk\.\d+\.(attn_(q|k|v|qkv|output)|ffn_(gate|up|down))\.weight$/;

/** Byte widths of the metadata value types that have a fixed one; 8 is a string, 9 an array. */
const valueWidths: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/**
 * Reads the header of a GGUF file. Nothing in it is trusted: counts, lengths and offsets are bounded.
 * @throws GgufFormatError when it is not GGUF, malformed, or ends inside the header
 */
export function readGgufHeader(path: string): GgufHeader {
  const fd = openSync(path, 'r');
  try {
    const reader = new ByteReader(fd, fstatSync(fd).size);
    const version = readMagic(reader);
    const tensorCount = bounded(reader.u64(), 'tensors');
    const entryCount = bounded(reader.u64(), 'metadata entries');
    const metadata = readMetadata(reader, entryCount);
    return { version, ...readTensors(reader, tensorCount, metadata), ...describe(metadata), metadata };
  } finally {
    closeSync(fd);
  }
}

/** Where each metadata entry of a file lies: from its key's length to the end of its value. */
export function readMetadataRanges(
  reader: ByteReader,
): readonly { readonly key: string; readonly start: number; readonly end: number }[] {
  readMagic(reader);
  reader.u64();
  const count = bounded(reader.u64(), 'metadata entries');
  return Array.from({ length: count }, () => {
    const start = reader.offset;
    const key = reader.text(maxKeyBytes);
    readValue(reader, reader.u32());
    return { key, start, end: reader.offset };
  });
}

function readMagic(reader: ByteReader): number {
  if (reader.fileSize < 24 || reader.u32() !== magic)
    throw new GgufFormatError('malformed', 'the file does not start as a GGUF file does');
  const version = reader.u32();
  if (version < 2 || version > 3)
    throw new GgufFormatError('malformed', `GGUF version ${version} is not supported (2 and 3 are)`);
  return version;
}

function bounded(count: number, what: string): number {
  if (count > maxEntries) throw new GgufFormatError('malformed', `the header claims ${count} ${what}`);
  return count;
}

function readMetadata(reader: ByteReader, count: number): Map<string, string | number | boolean> {
  const metadata = new Map<string, string | number | boolean>();
  for (let entry = 0; entry < count; entry++) {
    const key = reader.text(maxKeyBytes);
    const value = readValue(reader, reader.u32());
    if (value !== null) metadata.set(key, value);
  }
  return metadata;
}

function readValue(reader: ByteReader, valueType: number): string | number | boolean | null {
  switch (valueType) {
    case 0:
    case 1:
      return reader.u8();
    case 2:
    case 3:
      return reader.u16();
    case 4:
      return reader.u32();
    case 5:
      return reader.i32();
    case 6:
      return reader.f32();
    case 7:
      return reader.u8() !== 0;
    case 8: {
      const text = reader.text(maxTextBytes);
      return text.length <= maxKeptText ? text : null;
    }
    case 9:
      skipArray(reader);
      return null;
    case 10:
      return reader.u64();
    case 11:
      reader.skip(8);
      return null;
    case 12:
      return reader.f64();
    default:
      throw new GgufFormatError('malformed', `unknown metadata type ${valueType}`);
  }
}

function skipArray(reader: ByteReader): void {
  const elementType = reader.u32();
  const count = reader.u64();
  const width = valueWidths.get(elementType);
  if (width !== undefined) return reader.skip(count * width);
  if (elementType !== 8) throw new GgufFormatError('malformed', `unknown array type ${elementType}`);
  for (let element = 0; element < count; element++) reader.skipText();
}

function readTensors(
  reader: ByteReader,
  count: number,
  metadata: ReadonlyMap<string, string | number | boolean>,
): Pick<GgufHeader, 'parameters' | 'tensors' | 'linears' | 'fileSize' | 'claimedSize'> {
  let parameters = 0;
  let dataEnd = 0;
  const linears = { feedForward: 0, all: 0 };
  for (let tensor = 0; tensor < count; tensor++) {
    const name = reader.text(maxKeyBytes);
    const dimensions = reader.u32();
    if (dimensions > maxDimensions)
      throw new GgufFormatError('malformed', `tensor ${name} claims ${dimensions} dimensions`);
    let values = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) values *= reader.u64();
    const storage = tensorTypes.get(reader.u32());
    const offset = reader.u64();
    if (storage === undefined)
      throw new GgufFormatError(
        'malformed',
        `tensor ${name} has an unknown type; a newer llama.cpp is needed`,
      );
    parameters += values;
    const bytes = Math.ceil(values / storage.values) * storage.bytes;
    dataEnd = Math.max(dataEnd, offset + bytes);
    if (feedForward.test(name)) linears.feedForward += bytes;
    if (linear.test(name)) linears.all += bytes;
  }
  const alignment = Number(metadata.get('general.alignment') ?? 32);
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 1 << 20)
    throw new GgufFormatError('malformed', 'the header states an impossible alignment');
  const dataStart = Math.ceil(reader.offset / alignment) * alignment;
  return { parameters, tensors: count, linears, fileSize: reader.fileSize, claimedSize: dataStart + dataEnd };
}

function describe(
  metadata: ReadonlyMap<string, string | number | boolean>,
): Pick<GgufHeader, 'architecture' | 'name' | 'quantisation'> {
  const fileType = metadata.get('general.file_type');
  return {
    architecture: String(metadata.get('general.architecture') ?? ''),
    name: String(metadata.get('general.name') ?? ''),
    quantisation: (typeof fileType === 'number' ? fileTypes.get(fileType) : undefined) ?? 'unknown',
  };
}
