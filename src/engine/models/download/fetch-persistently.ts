import { fetchFile, SourceFailed, type FetchFileOptions } from './fetch-file.js';

/** Far more than a bad line needs for the largest model, and an end for a server that sends a byte at a time. */
const attemptsPerSource = 100;

/**
 * Brings a file to the disk, asking the same source again while it delivers something each time before it breaks.
 * @throws SourceFailed, or an error of the file system
 */
export async function fetchPersistently(url: string, file: string, options: FetchFileOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchFile(url, file, options);
    } catch (error) {
      if (!(error instanceof SourceFailed) || !error.progressed || attempt >= attemptsPerSource) throw error;
    }
  }
}
