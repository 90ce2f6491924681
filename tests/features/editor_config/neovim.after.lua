-- My own
vim.lsp.enable({ "gopls" })

-- Language servers of Studio: begin
vim.lsp.config("pyright", {
  cmd = { "/tools/my servers/pyright-langserver", "--stdio" },
  filetypes = { "python" },
  root_markers = { "pyrightconfig.json", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", ".git" },
})
vim.lsp.config("bash", {
  cmd = { "/usr/bin/bash-language-server", "start" },
  filetypes = { "sh" },
  root_markers = { ".git" },
})
vim.lsp.config("clangd", {
  cmd = { "/usr/bin/clangd" },
  filetypes = { "c", "cpp", "objc", "objcpp" },
  root_markers = { "compile_commands.json", "compile_flags.txt", ".clangd", "CMakeLists.txt", "Makefile", ".git" },
})
vim.lsp.enable({ "pyright", "bash", "clangd" })
-- Language servers of Studio: end
