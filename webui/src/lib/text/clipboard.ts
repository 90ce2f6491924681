/** Taking text along. */

/** Put text on the clipboard. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some windows around the page have no clipboard of their own to ask.
    copyBySelection(text);
  }
}

function copyBySelection(text: string): void {
  const field = document.createElement('textarea');
  const before = document.activeElement;
  field.value = text;
  field.className = 'only-heard';
  document.body.append(field);
  field.select();
  // Deprecated, and the only way that works there.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
}
