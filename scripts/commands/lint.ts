import { checks } from '../testing/checks.js';

/** `npm run lint`: the static checks alone. */
export async function main(): Promise<number> {
  return (await checks()) ? 0 : 1;
}
