declare global {
  namespace App {
    interface PageState {
      /** Whether the list of conversations lies over a narrow page. */
      drawer?: boolean;
    }
  }
}

export {};
