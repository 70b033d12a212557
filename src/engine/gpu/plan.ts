import type { CudaPart, GpuOffer } from '../../contract/index.js';
import type { Driver } from './driver.js';
import type { CudaOnDisk } from './installed.js';

/** What the next start of the native part does about a GPU. */
export type GpuPlan =
  | { readonly kind: 'load'; readonly folder: string; readonly gpu: string }
  | { readonly kind: 'processor'; readonly words: string; readonly offer: GpuOffer | null };

export interface GpuSituation {
  /** e.g. `linux-x64`. */
  readonly platform: string;
  /** Of this release and platform; null: none was published. */
  readonly part: CudaPart | null;
  readonly onDisk: CudaOnDisk;
  readonly driver: Driver;
}

/** Where there is a CUDA part at all. */
export const supportedPlatform = 'linux-x64';

/** Whether the CUDA part is loaded, and if not, why in one line and what would change it. */
export function planGpu({ platform, part, onDisk, driver }: GpuSituation): GpuPlan {
  if (platform !== supportedPlatform)
    return onProcessor(`GPU support is for ${supportedPlatform} only, this is ${platform}`);
  if (driver.kind === 'none') return onProcessor(driver.reason);
  const wanted = onDisk.kind === 'complete' ? onDisk : part;
  if (wanted === null)
    return onProcessor(
      onDisk.kind === 'damaged'
        ? `GPU support on this machine is damaged (${onDisk.reason})`
        : `GPU support for ${driver.gpu} was not published yet for this version`,
    );
  const unfit = unfitFor(wanted, driver);
  if (unfit !== null) return onProcessor(unfit);
  if (onDisk.kind === 'complete') return { kind: 'load', folder: onDisk.folder, gpu: driver.gpu };
  const offer = part === null ? null : offerOf(part, driver.gpu);
  return onDisk.kind === 'damaged'
    ? onProcessor(`GPU support on this machine is damaged (${onDisk.reason}): get it again`, offer)
    : onProcessor(`${driver.gpu} is not used: GPU support was not fetched yet`, offer);
}

/** Kernels of a GPU's own generation or an older minor version of it run; nothing newer, nothing older. */
function unfitFor(
  { capabilities, minimumDriver }: Pick<CudaPart, 'capabilities' | 'minimumDriver'>,
  { gpu, capability, version }: Extract<Driver, { readonly kind: 'found' }>,
): string | null {
  if (version !== null && version < minimumDriver)
    return `the NVIDIA driver ${version} is too old for GPU support: it needs ${minimumDriver} or newer`;
  const fits =
    capability === null ||
    capabilities.some((each) => Math.floor(each / 10) === Math.floor(capability / 10) && each <= capability);
  return fits
    ? null
    : `${gpu} has compute capability ${capability / 10}, which GPU support has no kernels for`;
}

const offerOf = (part: CudaPart, gpu: string): GpuOffer => ({
  gpu,
  downloadBytes: part.size,
  diskBytes: part.files.reduce((sum, { size }) => sum + size, 0),
});

const onProcessor = (reason: string, offer: GpuOffer | null = null): GpuPlan => ({
  kind: 'processor',
  words: `${reason}; the model runs on the processor`,
  offer,
});
