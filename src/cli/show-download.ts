import type { DownloadProgress } from '../contract/index.js';
import { interruptible } from './interruptible.js';
import { StatusLine } from './status-line.js';

/** Runs a download with its progress on standard error; Ctrl+C cancels it, and it can be resumed later. */
export async function showDownload<T>(
  name: string,
  work: (signal: AbortSignal, onProgress: (progress: DownloadProgress) => void) => Promise<T>,
): Promise<T> {
  const status = new StatusLine();
  try {
    return await interruptible((signal) => work(signal, (progress) => showProgress(status, name, progress)));
  } finally {
    status.clear();
  }
}

function showProgress(status: StatusLine, id: string, progress: DownloadProgress): void {
  const { phase, receivedBytes, totalBytes, bytesPerSecond, source } = progress;
  if (phase === 'done') return;
  const from = source === undefined ? '' : ` (${source})`;
  const percent = totalBytes === 0 ? '' : `${Math.min(100, Math.round((receivedBytes / totalBytes) * 100))}%`;
  const detail = `${percent} of ${(totalBytes / 1e6).toFixed(0)} MB, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s`;
  status.show(
    `${words[phase]} ${id}${from}`,
    phase === 'downloading' ? detail : phase === 'verifying' ? percent : '',
  );
}

const words: Readonly<Record<DownloadProgress['phase'], string>> = {
  checking: 'Checking for',
  downloading: 'Downloading',
  verifying: 'Verifying',
  done: 'Downloaded',
};
