/** The dialog of the desktop that asks for a folder, where Studio has a window of its own. */

/** The window listens for what wants another window; this address is the one it answers itself. */
const ADDRESS = '/window/choose-folder';

/** Tell whether there is such a dialog: the window says so once the page is loaded. */
export function hasFolderDialog(): boolean {
  return 'studioWindow' in window;
}

/** Ask the person. Returns the full path, or nothing where they chose none. */
export async function chooseFolder(): Promise<string> {
  const answer = new Promise<string>((resolve) => {
    window.addEventListener('studio:folder', (event) => resolve(String((event as CustomEvent).detail)), {
      once: true,
    });
  });
  window.open(ADDRESS, '_blank', 'noopener');
  return answer;
}
