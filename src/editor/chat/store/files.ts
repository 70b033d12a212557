/** The file operations the conversation store needs; names are plain file names in one folder. */
export interface ConversationFiles {
  list(): Promise<readonly string[]>;
  /** Undefined when there is no such file or it cannot be read. */
  read(name: string): Promise<string | undefined>;
  /** Replaces the file as a whole: a reader sees the old text or the new one, also after a crash. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}
