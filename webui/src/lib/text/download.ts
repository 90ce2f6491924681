/** Taking a file along. */

/** Let the browser keep a file where it keeps its downloads. */
export function saveFile(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // By then the browser has taken hold of it.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
