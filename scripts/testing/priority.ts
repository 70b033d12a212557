import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Has a process, and all that it starts from now on, take only the processor time that others leave. */
export function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
    // Where Linux shares processors between sessions first, niceness counts only inside of one: the session steps back as well.
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW));
  } catch {
    // Ended already, or a system without sessions' shares: at worst the others run a little slower.
  }
}
