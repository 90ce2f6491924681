;;; init.el --- mine
(setq inhibit-startup-screen t)

;; Language servers of Studio: begin
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((old-mode) . ("old"))))
;; Language servers of Studio: end

(provide 'init)
