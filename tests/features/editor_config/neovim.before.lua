-- My own
vim.lsp.enable({ "gopls" })
