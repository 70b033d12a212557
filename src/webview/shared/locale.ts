/** The editor's display language, in which numbers and times are written; the browser's may be another. */
export const locale = document.documentElement.lang || 'en';
