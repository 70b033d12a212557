import type { LiveSample } from '../../../contract/index.js';
import { t } from '../../shared/l10n.js';
import { bytes, duration, nats, speed, tick } from '../../shared/words/numbers.js';
import type { Pick } from './window.js';

export interface PlotSeries {
  /** Empty where the plot's title says it all. */
  readonly label: string;
  readonly pick: Pick;
}

/** One small plot over time. */
export interface Plot {
  readonly title: string;
  readonly series: readonly PlotSeries[];
  /** The present value in words. */
  readonly reading: (sample: LiveSample) => string;
  /** Text of a tick of the y axis. */
  readonly tick: (value: number) => string;
}

const mebibyte = 2 ** 20;

/** The plots of the live section, in order. */
export function livePlots(): readonly Plot[] {
  return [
    {
      title: t('Tokens per second'),
      series: [{ label: '', pick: (sample) => sample.tokensPerSecond }],
      reading: (sample) => speed(sample.tokensPerSecond),
      tick,
    },
    {
      title: t('Time to first token, ms'),
      series: [{ label: '', pick: (sample) => sample.firstTokenMs }],
      reading: (sample) => (sample.firstTokenMs === null ? '–' : duration(sample.firstTokenMs)),
      tick,
    },
    {
      title: t('Drafts'),
      series: [
        { label: t('drafted'), pick: (sample) => sample.drafted },
        { label: t('accepted'), pick: (sample) => sample.accepted },
        { label: t('rolled back'), pick: (sample) => sample.rollbacks },
      ],
      reading: ({ drafted, accepted, rollbacks }) =>
        t('{0} drafted, {1} accepted, {2} rolled back', drafted, accepted, rollbacks),
      tick,
    },
    {
      title: t('Drift from Dense'),
      series: [
        { label: t('measured'), pick: (sample) => sample.drift },
        { label: t('limit'), pick: klLimit },
      ],
      reading: (sample) => (sample.drift === null ? t('not probed') : nats(sample.drift)),
      tick,
    },
    {
      title: t('Memory, MiB'),
      series: [
        { label: t('main'), pick: (sample) => sample.residentBytes / mebibyte },
        {
          label: t('graphics'),
          pick: ({ vramBytes }) => (vramBytes === undefined ? null : vramBytes / mebibyte),
        },
      ],
      reading: memoryReading,
      tick,
    },
  ];
}

function klLimit({ quality }: LiveSample): number | null {
  return quality?.target.metric === 'kl' ? quality.target.limit : null;
}

function memoryReading({ residentBytes, vramBytes, threads }: LiveSample): string {
  const memory = t('{0}, {1} threads', bytes(residentBytes), threads);
  return vramBytes === undefined ? memory : `${memory}, VRAM ${bytes(vramBytes)}`;
}
