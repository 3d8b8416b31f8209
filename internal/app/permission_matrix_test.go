package app_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

var writeMatrix = flag.Bool("matrix", false, "write docs/permissions.md anew")

const (
	matrixFile = "testdata/permissions.txt"
	matrixDoc  = "../../docs/permissions.md"
)

// columns are the roles behind the letters of the matrix, in its order; the letters after P are ours.
var columns = []struct {
	letter, label string
	roles         []string
}{
	{"W", "窗口人员", []string{org.RoleWindow}}, {"Z", "首席代表", []string{org.RoleChiefRep}}, {"D", "部门审批人", []string{org.RoleApprover}}, {"G", "办公室", []string{org.RoleOffice}},
	{"J", "政务监察股", []string{org.RoleSupervisor}}, {"I", "政务信息股", []string{org.RoleInfo}}, {"H", "热线办", []string{org.RoleAgent, org.RoleShiftLead, org.RoleDispatcher, org.RoleCallbacker, org.RoleReviewer}},
	{"F", "财务", []string{org.RoleFinance}}, {"L", "中心领导", []string{org.RoleLeader}}, {"T", "分中心／乡镇管理员", []string{org.RoleSiteAdmin}}, {"P", "群众／企业", nil},
	{"N", "分管负责人", []string{org.RoleUnitHead}}, {"U", "联络员", []string{org.RoleLiaison}}, {"K", "知识库管理员", []string{org.RoleKnowledge}}, {"A", "系统管理员", []string{org.RoleAdmin}},
}

// matrixPermission is a permission of a row: its short name there, and the verbs of the reference that it stands for.
type matrixPermission struct {
	short string
	perm  actor.Permission
	verbs []string
}

// matrixCell is what the reference says of a role and a row, what the program grants, and why the two differ.
type matrixCell struct {
	says, page, why string
	holds           map[actor.Permission]actor.Scope
}

// matrixRow is a row of the matrix.
type matrixRow struct {
	object string
	perms  []matrixPermission
	see    []actor.Permission
	cells  map[string]matrixCell
}

var scopeNames = map[string]actor.Scope{"own": actor.Own, "unit": actor.Unit, "site": actor.Site, "centre": actor.Centre}

// readMatrix reads the one table.
func readMatrix(t *testing.T) []matrixRow {
	t.Helper()
	b, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	var rows []matrixRow
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "== "):
			rows = append(rows, matrixRow{object: line[3:], cells: map[string]matrixCell{}})
		default:
			if err := rows[len(rows)-1].read(line); err != nil {
				t.Fatalf("%s:%d: %v", matrixFile, i+1, err)
			}
		}
	}
	return rows
}

func (r *matrixRow) read(line string) error {
	words := strings.Fields(line)
	if words[0] == "see" {
		r.see = append(r.see, actor.Permission(words[1]))
		return nil
	}
	if len(words) == 3 && !strings.Contains(line, "|") {
		r.perms = append(r.perms, matrixPermission{words[0], actor.Permission(words[1]), strings.Split(words[2], ",")})
		return nil
	}
	parts := strings.SplitN(line, "|", 4)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	if len(parts) < 3 || r.cells[parts[0]].says != "" {
		return fmt.Errorf("a cell has a letter, what is said, and what is granted, once: %q", line)
	}
	c := matrixCell{says: parts[1], holds: map[actor.Permission]actor.Scope{}}
	if len(parts) == 4 {
		c.why = parts[3]
	}
	if strings.HasPrefix(parts[2], "/") {
		c.page = parts[2]
	} else if err := r.grants(parts[2], c.holds); err != nil {
		return err
	}
	r.cells[parts[0]] = c
	return nil
}

// grants reads "unit write review, centre read".
func (r *matrixRow) grants(text string, into map[actor.Permission]actor.Scope) error {
	for _, part := range strings.Split(text, ",") {
		words := strings.Fields(part)
		for _, w := range words[min(1, len(words)):] {
			i := slices.IndexFunc(r.perms, func(p matrixPermission) bool { return p.short == w })
			if i < 0 || scopeNames[words[0]] == actor.None {
				return fmt.Errorf("%q names a scope or a permission that the row does not have", part)
			}
			into[r.perms[i].perm] = scopeNames[words[0]]
		}
	}
	return nil
}

// Every row and column of the hall reference §8.3 against the grants of the composed program: exactly what the table says,
// on exactly those rows, for every role there is.
func TestThePermissionMatrixOfTheWholeProgram(t *testing.T) {
	a := open(t)
	rows, people := readMatrix(t), everyRole(t, a)
	if len(rows) != 25 {
		t.Errorf("%d rows", len(rows))
	}
	named := map[string]bool{}
	for _, r := range rows {
		for _, p := range r.perms {
			if _, ok := a.Org.Permission(p.perm); !ok {
				t.Errorf("%s: no module declares %s", r.object, p.perm)
			}
		}
		for i, col := range columns {
			c, ok := r.cells[col.letter]
			if !ok && i < 11 {
				t.Errorf("%s: no cell for %s", r.object, col.letter)
			}
			for _, role := range col.roles {
				named[role] = true
			}
			r.compare(t, col.letter, c, col.roles, people)
		}
	}
	for role := range people {
		if !named[role] {
			t.Errorf("the role %s is in no column", role)
		}
	}
	text := renderMatrix(a, rows)
	if *writeMatrix {
		if err := os.WriteFile(matrixDoc, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(matrixDoc); err != nil || string(b) != text {
		t.Errorf("docs/permissions.md is not what the table says: go test ./internal/app -run TestThePermissionMatrixOfTheWholeProgram -matrix (%v)", err)
	}
}

func everyRole(t *testing.T, a *app.App) map[string]*actor.Actor {
	t.Helper()
	centre := addCentre(t, a)
	out := map[string]*actor.Actor{}
	for _, r := range a.Org.Roles() {
		out[r.Code] = orgtest.User(t, a.Org, centre, orgtest.Where{}, r.Code).Actor
	}
	return out
}

// compare checks one cell. Of a letter for several roles, none holds more than the cell and each grant is somebody's.
func (r *matrixRow) compare(t *testing.T, letter string, c matrixCell, roles []string, people map[string]*actor.Actor) {
	t.Helper()
	for _, p := range r.perms {
		want, found := c.holds[p.perm], actor.None
		for _, role := range roles {
			got := people[role].Scope(p.perm)
			if got != want && (got != actor.None || len(roles) == 1) {
				t.Errorf("%s, %s: %s has %s on %s, the table says %s", r.object, letter, role, p.perm, got, want)
			}
			found = max(found, got)
		}
		if len(roles) > 1 && found != want {
			t.Errorf("%s, %s: nobody has %s on %s", r.object, letter, p.perm, want)
		}
	}
}

var (
	inBrackets = regexp.MustCompile(`\([^)]*\)`)
	leaveDays  = regexp.MustCompile(`[≤>]\d d`)
)

// departures lists in words how what is granted differs from what the reference says.
func (r *matrixRow) departures(letter string, c matrixCell, people map[string]*actor.Actor) []string {
	said := inBrackets.ReplaceAllString(leaveDays.ReplaceAllString(c.says, ""), "")
	words := strings.FieldsFunc(said, func(x rune) bool { return strings.ContainsRune(" ,;/+", x) })
	if slices.Contains(words, "x") || len(words) == 0 {
		if len(c.holds) > 0 {
			return []string{"holds something"}
		}
		return nil
	}
	var out []string
	for p, scope := range c.holds {
		if d := r.oversteps(letter, words, p, scope); d != "" {
			out = append(out, d)
		}
	}
	for _, w := range words {
		if r.verb(w) && !r.does(letter, c, w, people) {
			out = append(out, "lacks "+w)
		}
	}
	return out
}

// verb reports whether a word of the reference is something that permissions of the matrix stand for.
func (r *matrixRow) verb(w string) bool {
	return slices.Contains([]string{"r", "c", "u", "a", "propose", "answer", "appeal", "file", "publish", "config", "correct", "enrol", "nominate", "close", "lock", "score", "review"}, w)
}

// does reports whether a cell holds something of a verb, by the row or by the permissions of others by which it is read.
func (r *matrixRow) does(letter string, c matrixCell, w string, people map[string]*actor.Actor) bool {
	for _, p := range r.perms {
		if c.holds[p.perm] != actor.None && slices.Contains(p.verbs, w) {
			return true
		}
	}
	i := slices.IndexFunc(columns, func(x struct {
		letter, label string
		roles         []string
	}) bool {
		return x.letter == letter
	})
	for _, role := range columns[i].roles {
		for _, p := range r.see {
			if w == "r" && people[role].Can(p) {
				return true
			}
		}
	}
	return false
}

// oversteps says how one permission goes beyond the words of a cell. Whoever may do something may read; the scope of what is
// done is the one that the cell names, and the whole centre's only where the role belongs to the centre.
func (r *matrixRow) oversteps(letter string, words []string, p actor.Permission, scope actor.Scope) string {
	i := slices.IndexFunc(r.perms, func(x matrixPermission) bool { return x.perm == p })
	verbs := r.perms[i].verbs
	reads := slices.Contains(verbs, "r")
	switch {
	case slices.Contains(verbs, "p"):
		if slices.Contains(words, "m") {
			return "unmasked"
		}
		return ""
	case !reads && !slices.ContainsFunc(verbs, func(v string) bool { return slices.Contains(words, v) }) && !slices.Contains(words, "per"):
		return "also " + string(p)
	case reads && !slices.Contains(words, "r"):
		return ""
	}
	allowed := actor.None
	for suffix, s := range map[string]actor.Scope{"o": actor.Own, "d": actor.Unit, "s": actor.Site} {
		if slices.Contains(words, suffix) {
			allowed = max(allowed, s)
		}
	}
	if allowed == actor.None && strings.Contains("GJIFLA", letter) && scope != actor.Centre || allowed != actor.None && scope > allowed {
		return "on " + scope.String()
	}
	return ""
}

// What departs from the reference is said with its reason, and nothing that does not depart.
func TestDeparturesFromTheMatrixAreGivenReasons(t *testing.T) {
	a := open(t)
	people := everyRole(t, a)
	public := ""
	for _, rt := range a.Web.Routes() {
		if rt.Public {
			public += rt.Pattern + "\n"
		}
	}
	departed := 0
	for _, r := range readMatrix(t) {
		for _, col := range columns[:10] {
			c := r.cells[col.letter]
			d := r.departures(col.letter, c, people)
			if len(d) > 0 {
				departed++
			}
			if (len(d) > 0) != (c.why != "") {
				t.Errorf("%s, %s: %q departs by %q, with the reason %q", r.object, col.letter, c.says, d, c.why)
			}
		}
		c := r.cells["P"]
		if served := c.page != "" && strings.Contains(public, c.page); served != (c.says != "x" && c.why == "") {
			t.Errorf("%s, P: %q is served at %q: %v", r.object, c.says, c.page, served)
		}
	}
	if departed == 0 || departed > 40 {
		t.Errorf("%d cells depart", departed)
	}
}
