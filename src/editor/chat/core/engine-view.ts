import type { ChatEngineView, ChatFailure, EngineState } from '../../../contract/index.js';
import { downFacts, loadingFacts } from '../../engine/state-facts.js';

/**
 * The engine's state as the chat shows it.
 *
 * @param problem why there is no model to load, once that was found out
 */
export function engineView(state: EngineState, problem: ChatFailure | undefined): ChatEngineView {
  switch (state.kind) {
    case 'starting':
      return { kind: 'starting' };
    case 'no-model':
    case 'unloaded':
      return problem === undefined
        ? { kind: 'asleep' }
        : { kind: 'no-model', message: problem.message, steps: problem.steps };
    case 'loading':
      return { kind: 'loading', ...loadingFacts(state) };
    case 'ready':
    case 'working':
      if (!state.model.chat) return { kind: 'no-chat', model: state.model.name, steps: ['choose-model'] };
      return { kind: state.kind === 'ready' ? 'ready' : 'busy', model: state.model.name };
    case 'error':
      return { kind: 'down', ...downFacts(state) };
  }
}
