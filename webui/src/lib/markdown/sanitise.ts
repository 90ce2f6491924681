/** The last gate before anything a model wrote becomes part of the page. */
import DOMPurify, { type Config } from 'dompurify';

const TAGS =
  'a blockquote br button code del div em figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul';
const ATTRIBUTES = 'class data-act href rel role start tabindex target title type';

const CONFIG: Config = {
  ALLOWED_TAGS: TAGS.split(' '),
  ALLOWED_ATTR: ATTRIBUTES.split(' '),
  // No addresses: the rule for those would refuse their values.
  ADD_URI_SAFE_ATTR: ['data-act', 'rel', 'start', 'tabindex', 'target', 'type'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: true,
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  KEEP_CONTENT: true,
};

const purifier = DOMPurify(window);

/** Whatever a link says of itself, it opens elsewhere and learns nothing of this page. */
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});

export const sanitise = (html: string): string => purifier.sanitize(html, CONFIG);
