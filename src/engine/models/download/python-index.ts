import { SourceFailed } from './fetch-file.js';
import type { Http } from './http.js';

const publicIndex = 'https://pypi.org/simple';
const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.2';
const maxIndexBytes = 16 << 20;

/** The address of a wheel on the Python package index (`PIP_INDEX_URL` where set), by the simple repository API. */
export async function wheelUrl(
  wheel: { readonly package: string; readonly version: string },
  http: Http,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const index = (environment['PIP_INDEX_URL'] ?? publicIndex).replace(/\/+$/, '');
  const page = `${index}/${wheel.package.toLowerCase().replace(/[-_.]+/g, '-')}/`;
  const prefix = `${wheel.package.replace(/[-_.]+/g, '_')}-${wheel.version}-`.toLowerCase();
  const links = await fileLinks(page, http, signal);
  const found = links.find((link) => {
    const name = decodeURIComponent(new URL(link).pathname.split('/').at(-1) ?? '').toLowerCase();
    return name.startsWith(prefix) && name.endsWith('.whl');
  });
  if (found === undefined)
    throw new SourceFailed(`the index has no wheel of ${wheel.package} ${wheel.version}`, false);
  return found;
}

async function fileLinks(page: string, http: Http, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const answer = await http.get(page, { signal, accept });
    if (answer.status !== 200) throw new SourceFailed(`the package index answered ${answer.status}`, false);
    const text = await answer.text(maxIndexBytes);
    const links = answer.contentType.includes('json') ? jsonLinks(text) : htmlLinks(text);
    return links.flatMap((link) => (URL.canParse(link, answer.url) ? [new URL(link, answer.url).href] : []));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SourceFailed) throw error;
    throw new SourceFailed(
      `the package index does not answer: ${error instanceof Error ? error.message : ''}`,
      false,
    );
  }
}

function jsonLinks(text: string): readonly string[] {
  const parsed: unknown = JSON.parse(text);
  const files: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'files') : [];
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) => {
    const url: unknown = typeof file === 'object' && file !== null ? Reflect.get(file, 'url') : undefined;
    return typeof url === 'string' ? [url] : [];
  });
}

const htmlLinks = (text: string): readonly string[] =>
  [...text.matchAll(/<a\s[^>]*href="([^"#]+)/gi)].flatMap(([, link]) => (link === undefined ? [] : [link]));
