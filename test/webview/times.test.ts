import assert from 'node:assert/strict';
import './dom.js';

const { relativeTime } = await import('../../src/webview/shared/words/times.js');

describe('how long ago something was', () => {
  it('is told in its largest unit', () => {
    const minute = 60_000;
    const day = 24 * 60 * minute;
    const now = Date.UTC(2026, 10, 22);
    const told = (ago: number): string => relativeTime(now - ago, now);
    assert.deepEqual(
      [0, minute, 59 * minute, 59.6 * minute, 23 * 60 * minute, day, 29 * day, 61 * day, 400 * day].map(told),
      [
        ...['this minute', '1 minute ago', '59 minutes ago', '1 hour ago', '23 hours ago'],
        ...['yesterday', '29 days ago', '2 months ago', 'last year'],
      ],
    );
  });
});
