package casework

// NeedQueries are the queries by which needsTx looks for records of a person.
func NeedQueries() (out []string) {
	for _, q := range needQueries {
		out = append(out, q.sql)
	}
	return out
}
