import { fetchFile, SourceFailed, type FetchFileOptions } from './fetch-file.js';

const attemptsPerSource = 4;

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
