import { chromium, type Browser } from 'playwright-core';
import { findProgram, need, requirements } from '../../setup/requirements.js';

/** Starts a headless browser that reaches loopback addresses only. */
export async function startBrowser(): Promise<Browser> {
  await need('browser');
  const executablePath = await findProgram(requirements.browser[0].anyOf);
  if (executablePath === null) throw new Error('No Chromium to drive');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}
