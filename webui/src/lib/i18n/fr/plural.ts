/** Numbers with their nouns, in French. */

// Zero and one are singular in French, and no line breaks before its high marks (\u00a0).
export const plural = (count: number, one: string, many: string) => `${count} ${count < 2 ? one : many}`;
