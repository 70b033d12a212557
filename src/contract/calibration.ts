/** What calibration reads of a folder, besides what its .gitignore files and secrets leave out. Sizes in bytes. */
export const calibrationFiles = {
  largest: 1 << 20,
  most: 5000,
  /** Folders of dependencies and build outputs. */
  skippedFolders: ['node_modules', 'dist', 'build', 'out', 'target', 'vendor', '__pycache__', 'venv'],
  extensions: {
    code: [
      ...[
        '.c',
        '.cc',
        '.cpp',
        '.h',
        '.hpp',
        '.cs',
        '.go',
        '.java',
        '.js',
        '.jsx',
        '.kt',
        '.lua',
        '.mjs',
        '.php',
      ],
      ...[
        '.py',
        '.rb',
        '.rs',
        '.scala',
        '.sh',
        '.sql',
        '.swift',
        '.ts',
        '.tsx',
        '.vue',
        '.css',
        '.html',
        '.dart',
      ],
    ],
    prose: ['.md', '.rst', '.txt'],
  },
} as const;

/** The files of a folder that calibration would read from. */
export interface CalibrationSources {
  readonly files: number;
  readonly bytes: number;
  /** The beginning of one of them, at most a few KB; empty where there is none. */
  readonly sample: string;
}

/** How many tokens something is measured on: a share of what is read, within limits. */
export interface MeasuredSize {
  readonly divisor: number;
  readonly least: number;
  readonly most: number;
}

/** What calibration measures: curves of loss over density before, with even densities and by layer, and each layer alone. */
export const calibrationMeasures = {
  densities: [0.7, 0.5, 0.3],
  curves: 3,
  /** Tokens of a point of a curve. */
  curve: { divisor: 8, least: 32, most: 192 },
  /** Tokens of a layer. */
  layer: { divisor: 32, least: 16, most: 96 },
} as const satisfies {
  readonly densities: readonly number[];
  readonly curves: number;
  readonly curve: MeasuredSize;
  readonly layer: MeasuredSize;
};
