;;; init.el --- mine
(setq inhibit-startup-screen t)

;; Language servers of Studio: begin
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("/tools/my servers/pyright-langserver" "--stdio")))
  (add-to-list 'eglot-server-programs '((sh-mode bash-ts-mode) . ("/usr/bin/bash-language-server" "start")))
  (add-to-list 'eglot-server-programs '((c-mode c-ts-mode c++-mode c++-ts-mode objc-mode) . ("/usr/bin/clangd"))))
;; Language servers of Studio: end

(provide 'init)
