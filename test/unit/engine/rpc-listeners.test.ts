import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { notifications, type GenerateDelta } from '../../../src/contract/index.js';
import { onNotification } from '../../../src/engine/client/rpc.js';

describe('listening to a notification', () => {
  // Golden case: a completion that pre-empted the chat took its stream away, because the second listener replaced the first.
  it('lets two streams listen at once, and one go on when the other stops', async () => {
    const wire = new PassThrough();
    const back = new PassThrough();
    const near = createMessageConnection(new StreamMessageReader(wire), new StreamMessageWriter(back));
    const far = createMessageConnection(new StreamMessageReader(back), new StreamMessageWriter(wire));
    near.listen();
    far.listen();
    const heard: string[] = [];
    onNotification(near, notifications.delta, ({ text }) => heard.push(`chat ${text}`));
    const stop = onNotification(near, notifications.delta, ({ text }) => heard.push(`completion ${text}`));
    const send = async (text: string) => {
      const delta: GenerateDelta = { id: 'r', text, tokens: [], verified: true };
      await far.sendNotification(notifications.delta.method, delta);
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await send('one');
    stop();
    await send('two');
    near.dispose();
    far.dispose();
    assert.deepEqual(heard, ['chat one', 'completion one', 'chat two']);
  });
});
