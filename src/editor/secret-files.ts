/** Names of files that hold secrets, whatever the project's own rules say: neither suggestions nor the chat read them. */
const secretNames: readonly RegExp[] = [
  /^\.env([._-].*)?$/i,
  /^\.envrc(\..*)?$/i,
  /\.env$/i,
  /\.(pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|asc|gpg|age)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)(\.pub)?$/i,
  /^(\.npmrc|\.netrc|_netrc|\.pypirc|\.pgpass|\.htpasswd|\.git-credentials|\.dockercfg|\.vault-token)$/i,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|properties))?$/i,
  /^service[-_]?account.*\.json$/i,
  /\.tfvars(\.json)?$/i,
  /\.tfstate(\..*)?$/i,
];
/** Examples are meant to be read. */
const example = /[._-](example|sample|template|dist)$/i;
const secretFolders = /(^|\/)(\.ssh|\.gnupg|\.aws|\.kube|\.azure)\//i;

/** Whether a file is taken to hold secrets, by its path (forward slashes). */
export function holdsSecrets(path: string): boolean {
  const name = path.split('/').at(-1) ?? path;
  if (secretFolders.test(path)) return true;
  return !example.test(name) && secretNames.some((pattern) => pattern.test(name));
}
