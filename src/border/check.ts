import * as v from 'valibot';

/** A schema whose checked value is exactly the contract's type `T`. */
export type Schema<T> = v.GenericSchema<unknown, T>;

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Longest string a message may carry, in UTF-16 units. Model output and pasted text are hostile in length too. */
export const maxTextLength = 4_000_000;

/** A string of at most {@link maxTextLength} units. */
export const text = v.pipe(v.string(), v.maxLength(maxTextLength));

/** A finite number: NaN and the infinities do not cross the border. */
export const number = v.pipe(v.number(), v.finite());

/**
 * Checks a value that came over a webview's border.
 *
 * @returns the value as `T`, or the first complaint with its path ("messages.0.text: expected string").
 */
export function check<T>(schema: Schema<T>, value: unknown): Checked<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? '';
  return { ok: false, reason: path ? `${path}: ${issue.message}` : issue.message };
}
