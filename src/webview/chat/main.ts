import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { ChatAction, ChatPageState, ChatViewMessage } from '../../contract/index.js';
import { chatPageState, chatViewMessage } from '../../border/chat-view-messages.js';
import { openChannel } from '../shared/channel.js';
import './answer-element.js';
import './styles/chat.css';
import { ChatPage } from './page.js';

const root = document.getElementById('root');
if (root) {
  const shape = { incoming: chatViewMessage, state: chatPageState };
  new ChatPage(root, openChannel<ChatViewMessage, ChatAction, ChatPageState>(shape)).start();
}
