const secretNames = [
  /^\.env(?:\..+)?$/u,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|asc)$/u,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:\.pub)?$/u,
  /^\.(?:npmrc|pypirc|netrc|pgpass|htpasswd)$/u,
  /^(?:credentials|secrets?)(?:\.\w+)?$/u,
];

/** Files that usually hold secrets are never offered as context. Only the name is looked at. */
export function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return secretNames.some((pattern) => pattern.test(name));
}
