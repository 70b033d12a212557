import type { ContextChunk } from '../../../contract/completion.js';
import type { ContextSource } from '../core/context/time-box.js';
import { bestMatch } from '../core/context/windows.js';
import { wordSet } from '../core/context/words.js';
import { linesOfDocument, relativePath } from '../document.js';
import type { SeenDocuments } from './documents.js';
import type { EditorPlace } from './place.js';

/** Less likeness than this is chance. */
const leastSimilarity = 0.08;
const linesCompared = 24;
const mostDocuments = 12;
/** The extension host's thread is given back after so many milliseconds. */
const sliceMs = 4;

/** The most similar piece of each other open document, by the words around the cursor. */
export class SimilarCode implements ContextSource<EditorPlace> {
  public readonly name = 'similar';

  public constructor(private readonly documents: SeenDocuments) {}

  public async gather(
    { document, position, exclusion }: EditorPlace,
    signal: AbortSignal,
  ): Promise<readonly ContextChunk[]> {
    const lines = linesOfDocument(document);
    const first = Math.max(0, position.line - linesCompared);
    const words = wordSet(
      Array.from({ length: position.line - first + 1 }, (_, index) => lines.lineAt(first + index)).join('\n'),
    );
    const chunks: ContextChunk[] = [];
    let sliceStart = performance.now();
    for (const other of this.documents.others(document).slice(0, mostDocuments)) {
      if (performance.now() - sliceStart > sliceMs) {
        await new Promise(setImmediate);
        sliceStart = performance.now();
      }
      if (signal.aborted) break;
      if (await exclusion.excludes(other.uri)) continue;
      const best = bestMatch(this.documents.windowsOf(other), words);
      if (best === undefined || best.similarity < leastSimilarity) continue;
      chunks.push({
        source: this.name,
        path: relativePath(other.uri),
        text: best.window.text,
        priority: 0.4 + best.similarity / 2,
      });
    }
    return chunks;
  }
}
