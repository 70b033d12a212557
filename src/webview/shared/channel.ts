import { check, type Schema } from '../../border/check.js';

/** What VS Code hands a webview, once a page. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

export interface ChannelShape<Incoming, State> {
  /** Schema of every message from the editor; others are dropped and reported as an error of the page. */
  readonly incoming: Schema<Incoming>;
  /** Schema of what {@link Channel.save} keeps; a stored state that no longer fits counts as none. */
  readonly state: Schema<State>;
}

/** The webview's end of the typed border. */
export interface Channel<Incoming, Outgoing, State> {
  post(message: Outgoing): void;
  /** Called in order of arrival, with checked messages only. */
  listen(handler: (message: Incoming) => void): void;
  /** State of this page before it was hidden or reloaded; undefined on the first visit. */
  restore(): State | undefined;
  save(state: State): void;
}

/** Opens the channel to the editor. Call once a page: VS Code hands its API out only once. */
export function openChannel<Incoming, Outgoing, State>(
  shape: ChannelShape<Incoming, State>,
): Channel<Incoming, Outgoing, State> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    listen(handler) {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        const checked = check(shape.incoming, event.data);
        if (checked.ok) handler(checked.value);
        else reportError(new TypeError(`A message from the editor was dropped: ${checked.reason}`));
      });
    },
    restore() {
      const checked = check(shape.state, api.getState());
      return checked.ok ? checked.value : undefined;
    },
    save: (state) => api.setState(state),
  };
}
