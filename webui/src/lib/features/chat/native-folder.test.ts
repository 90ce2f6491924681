import { afterEach, expect, test, vi } from 'vitest';
import { chooseFolder, hasFolderDialog } from './native-folder';

afterEach(() => {
  Reflect.deleteProperty(window, 'studioWindow');
  vi.restoreAllMocks();
});

test('only the window has a dialog for folders', () => {
  expect(hasFolderDialog()).toBe(false);
  Object.assign(window, { studioWindow: true });
  expect(hasFolderDialog()).toBe(true);
});

test('the folder is what the window answers', async () => {
  const opened = vi.spyOn(window, 'open').mockReturnValue(null);
  const chosen = chooseFolder();
  expect(opened.mock.calls).toEqual([['/window/choose-folder', '_blank', 'noopener']]);
  window.dispatchEvent(new CustomEvent('studio:folder', { detail: '/home/ada/notes' }));
  expect(await chosen).toBe('/home/ada/notes');
});
