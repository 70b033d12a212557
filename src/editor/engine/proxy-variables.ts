/**
 * Environment variables for a proxy; none where the setting is empty, so that those of the system hold.
 * @param proxy VS Code's `http.proxy`
 * @param noProxy VS Code's `http.noProxy`: hosts that are asked directly
 */
export function proxyVariables(proxy: unknown, noProxy: unknown): Readonly<Record<string, string>> {
  if (typeof proxy !== 'string' || !/^https?:\/\//iu.test(proxy)) return {};
  const hosts = Array.isArray(noProxy) ? noProxy.filter((host) => typeof host === 'string').join(',') : '';
  const variables = { http_proxy: proxy, https_proxy: proxy, ...(hosts !== '' && { no_proxy: hosts }) };
  // programs look for either spelling, and the system may have set the other
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toUpperCase(), value],
    ]),
  );
}
