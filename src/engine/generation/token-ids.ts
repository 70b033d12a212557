import type { Token } from 'node-llama-cpp';

const isToken = (id: number): id is Token => Number.isInteger(id) && id >= 0;

/** node-llama-cpp's branded form of plain token ids. @throws RangeError on anything that is no id */
export function toTokens(ids: readonly number[]): Token[] {
  return ids.map((id) => {
    if (!isToken(id)) throw new RangeError(`${id} is not a token id`);
    return id;
  });
}
