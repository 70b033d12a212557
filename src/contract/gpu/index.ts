export * from './cuda-part.js';
export { publishedCuda } from './published.js';
export * from './status.js';
