/**
 * Ends the process quietly when nobody reads its output any more, as after `sparse-pilot models | head -1`. An engine that it started
 * ends with it.
 */
export function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
