/** Everything the page says, in French. */
import type { Catalogue } from './en';
import core from './fr/core';
import pages from './fr/pages';

const fr: Catalogue = { ...core, ...pages };
export default fr;
