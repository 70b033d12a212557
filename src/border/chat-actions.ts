import * as v from 'valibot';
import { attachSources, type ChatAction } from '../contract/index.js';
import { conversationId } from './chat-shared.js';
import { text, type Schema } from './check.js';
import { nextStep } from './shared.js';

/** What the editor accepts from the chat page. */
export const chatAction: Schema<ChatAction> = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('send'), text }),
  v.object({ type: v.literal('stop') }),
  v.object({ type: v.literal('regenerate'), messageId: text }),
  v.object({ type: v.literal('edit'), messageId: text, text }),
  v.object({ type: v.literal('draft'), text }),
  v.object({ type: v.literal('attach'), source: v.picklist(attachSources) }),
  v.object({ type: v.literal('attachFile'), id: text }),
  v.object({ type: v.literal('detach'), id: text }),
  v.object({ type: v.literal('findFiles'), query: text }),
  v.object({ type: v.literal('copy'), text }),
  v.object({ type: v.literal('insert'), text }),
  v.object({ type: v.literal('newFile'), text, language: text }),
  v.object({ type: v.literal('apply'), text, language: text }),
  v.object({ type: v.literal('new') }),
  v.object({ type: v.literal('open'), id: conversationId }),
  v.object({ type: v.literal('rename'), id: conversationId, title: text }),
  v.object({ type: v.literal('delete'), id: conversationId }),
  v.object({ type: v.literal('export'), id: conversationId }),
  v.object({ type: v.literal('search'), query: text }),
  v.object({ type: v.literal('editSystemPrompt') }),
  v.object({ type: v.literal('step'), step: nextStep }),
]);
