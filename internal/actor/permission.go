package actor

// PermissionInfo declares a permission: every module lists its own, so that pages can name them and a permission that
// is misspelt anywhere is refused at start.
type PermissionInfo struct {
	Name  Permission
	Label string // Chinese, as the table of roles prints it
	// Reserved marks a permission that no role holds: only the program itself and the command line have it.
	Reserved bool
}
