/** One step of the native build. `done` of `total` counts within the stage; text is one line for a person. */
export interface BuildProgress {
  readonly stage: 'source' | 'configure' | 'compile' | 'install' | 'up-to-date';
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

export type ProgressListener = (progress: BuildProgress) => void;

/** Prints each compile step as `[n/total] text` and every other stage as one line. */
export const printProgress: ProgressListener = ({ stage, done, total, text }) => {
  process.stderr.write(stage === 'compile' ? `[${done}/${total}] ${text}\n` : `native ${stage}: ${text}\n`);
};
