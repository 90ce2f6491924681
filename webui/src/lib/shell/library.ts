/** The parts of the library, in the order of their tabs. */
export const LIBRARY = ['tools', 'servers', 'mcp', 'skills'] as const;
