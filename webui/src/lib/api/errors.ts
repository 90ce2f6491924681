/** What can go wrong between the page and the server. */

/** The server answered, and refused. `message` is its own full sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What else was said beside it. */
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** No answer came: the server is not running, or ended half way. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The request was given up by the page itself. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Read the `{error, code}` or `{error: {message, code}}` of a failed answer, whatever came instead of it. */
export async function readError(response: Response): Promise<ApiError> {
  try {
    const body: unknown = await response.json();
    const said = body && typeof body === 'object' && 'error' in body ? body : null;
    if (said) {
      const { error } = said;
      const isTyped = error && typeof error === 'object' && 'message' in error;
      const { code, ...more } = { code: '', ...(isTyped ? error : said) };
      const sentence = String(isTyped ? error.message : error);
      const detail = Object.entries(more).filter(([name]) => name !== 'error' && name !== 'message');
      return new ApiError(response.status, code.toLowerCase(), sentence, Object.fromEntries(detail));
    }
  } catch {
    // Not JSON: the status is all there is to say.
  }
  return new ApiError(response.status, '', `${response.status} ${response.statusText}`.trim());
}
