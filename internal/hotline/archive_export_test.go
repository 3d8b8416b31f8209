package hotline

// RedactedColumns lists by table which columns the destruction of a ticket empties.
func RedactedColumns() map[string][]string {
	out := map[string][]string{}
	for _, r := range redactions {
		out[r.table] = r.written
	}
	return out
}
