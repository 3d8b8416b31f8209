package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// platformTables belong to the installation, not to a centre, for the reason given.
var platformTables = map[string]string{
	"job":           "claimed across centres by one queue; carries centre_id",
	"crypt_check":   "one key file an installation",
	"org_division":  "administrative divisions are the same for all",
	"org_session":   "found by the digest of the cookie before the visitor is known",
	"text_doc":      "full-text rows carry the centre in the index itself",
	"calendar_seed": "shipped with the program",
}

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*?)\n\)`)
	primaryKey  = regexp.MustCompile(`PRIMARY KEY \((\w+)`)
	createIndex = regexp.MustCompile(`CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+) (?:USING \w+ )?\(\s*(\w+)`)
)

func migrationTexts(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../*/migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal("no migrations found", err)
	}
	out := map[string]string{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = string(b)
	}
	return out
}

func TestEveryTenantTableIsKeyedByItsCentre(t *testing.T) {
	for file, text := range migrationTexts(t) {
		for _, m := range createTable.FindAllStringSubmatch(text, -1) {
			table, body := m[1], m[2]
			if platformTables[table] != "" || strings.HasPrefix(table, "text_") {
				continue
			}
			key := primaryKey.FindStringSubmatch(body)
			single := strings.Contains(body, "centre_id  TEXT NOT NULL PRIMARY KEY") || strings.Contains(body, "centre_id TEXT NOT NULL PRIMARY KEY")
			if (key == nil || key[1] != "centre_id") && !single {
				t.Errorf("%s: the primary key of %s does not begin with centre_id", file, table)
			}
		}
		for _, m := range createIndex.FindAllStringSubmatch(text, -1) {
			index, table, first := m[1], m[2], m[3]
			if platformTables[table] == "" && !strings.HasPrefix(table, "text_") && first != "centre_id" && table != "org_centre" {
				t.Errorf("%s: index %s does not begin with centre_id", file, index)
			}
		}
	}
}

func TestMigrationsUseTheCommonSubset(t *testing.T) {
	forbidden := []string{"SERIAL", "TIMESTAMP", " DATE ", "NUMERIC", "JSONB", "AUTOINCREMENT", "DEFAULT NOW", " REAL", "NULL DEFAULT NULL"}
	for file, text := range migrationTexts(t) {
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "--") {
				continue
			}
			if i := slices.IndexFunc(forbidden, func(w string) bool { return strings.Contains(strings.ToUpper(line), w) }); i >= 0 {
				t.Errorf("%s: %s is outside the common subset: %s", file, forbidden[i], strings.TrimSpace(line))
			}
		}
	}
}
