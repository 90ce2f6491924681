import type { LayoutLoad } from './$types';

/** What these pages say is not loaded with the chat. */
export const load: LayoutLoad = async ({ parent }) => {
  const { language } = await parent();
  await language.learnPages();
};
