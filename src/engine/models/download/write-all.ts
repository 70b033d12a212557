import type { FileHandle } from 'node:fs/promises';

/** Writes all of `bytes` at `position`; one `write` call may write fewer. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength)
    done += (await file.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
}
