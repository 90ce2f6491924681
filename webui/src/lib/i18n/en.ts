/** Everything the page says, in English. The other catalogues have the same names. */
import core, { type Core } from './en/core';
import pages, { type Pages } from './en/pages';

export type Catalogue = Core & Pages;

const en: Catalogue = { ...core, ...pages };
export default en;
