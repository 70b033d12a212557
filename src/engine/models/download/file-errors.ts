import { EngineError } from '../../engine-error.js';

/** Words for the errors of the file system that a person can do something about. Others are passed on. */
export function fileError(error: unknown, folder: string): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new EngineError(
        'disk-full',
        `The disk of ${folder} is full.`,
        'Free some space, or choose another folder; the download goes on where it stopped.',
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EngineError(
        'read-only',
        `${folder} cannot be written to.`,
        'Choose another folder for models.',
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new EngineError('read-only', `${folder} is not a folder.`, 'Choose another folder for models.');
    default:
      return error;
  }
}
