import type { Summary } from './summary.js';

/** The JSON of `sparse-pilot replay`. `peer` and `ratioP50` are null when there was no peer to run against. */
export interface ReplayReport {
  readonly model: string;
  readonly threads: number;
  readonly sessions: number;
  readonly ours: Readonly<Record<string, Summary>>;
  readonly peer: Summary | null;
  /** p50 from key to text, each mode's over the peer's. */
  readonly ratioP50: Readonly<Record<string, number>> | null;
}

export function reportOf(
  model: string,
  threads: number,
  sessions: number,
  rows: Readonly<Record<string, Summary>>,
  peerName: string,
): ReplayReport {
  const peer = rows[peerName] ?? null;
  const ours = Object.fromEntries(Object.entries(rows).filter(([name]) => name !== peerName));
  const ratioP50 =
    peer === null || peer.p50 === 0
      ? null
      : Object.fromEntries(Object.entries(ours).map(([name, { p50 }]) => [name, p50 / peer.p50]));
  return { model, threads, sessions, ours, peer, ratioP50 };
}
