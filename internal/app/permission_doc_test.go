package app_test

import (
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/app"
)

// renderMatrix writes the matrix as docs/permissions.md has it: the reference's table with the departures marked, then what
// each role may do, row by row, in the words of the page of roles.
func renderMatrix(a *app.App, rows []matrixRow) string {
	var b strings.Builder
	b.WriteString(`# Permissions of the hall

Who may do what in the hall, as the program grants it: the permission matrix of the hall reference (§8.3), 25 rows by 11
roles. The one table behind this page is ` + "`internal/app/testdata/permissions.txt`" + `; a test compares it with the
grants of the composed program, cell by cell and role by role, and this page with the table. Do not edit this page:

` + "```\ngo test ./internal/app -run TestThePermissionMatrixOfTheWholeProgram -matrix\n```" + `

c create, r read, u act, a approve, x none; o own, d own department, s own site, m masked. A star marks a cell in which
the program departs from the reference; the reason stands below. Letters after P are roles that the reference does not
name.

`)
	b.WriteString("| 对象和动作 |")
	for _, col := range columns[:11] {
		b.WriteString(" " + col.letter + " " + col.label + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", 11) + "\n")
	for _, r := range rows {
		b.WriteString("| " + r.object + " |")
		for _, col := range columns[:11] {
			c := r.cells[col.letter]
			b.WriteString(" " + c.says)
			if c.why != "" {
				b.WriteString(" \\*")
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	for _, r := range rows {
		fmt.Fprintf(&b, "\n## %s\n\n| 角色 | 本人 | 本单位 | 本站点 | 全中心 | 与参考不同的原因 |\n|---|---|---|---|---|---|\n", r.object)
		for _, col := range columns {
			c, ok := r.cells[col.letter]
			if !ok || len(c.holds) == 0 && c.page == "" && c.why == "" {
				continue
			}
			fmt.Fprintf(&b, "| %s %s |", col.letter, col.label)
			if c.page != "" {
				fmt.Fprintf(&b, " `%s` | | | | |\n", c.page)
				continue
			}
			for _, s := range []actor.Scope{actor.Own, actor.Unit, actor.Site, actor.Centre} {
				b.WriteString(pad(labels(a, &r, c, s)))
			}
			b.WriteString(pad(c.why) + "\n")
		}
	}
	return b.String()
}

func pad(s string) string {
	if s == "" {
		return " |"
	}
	return " " + s + " |"
}

// labels names what a cell holds on one scope, in the order of the row.
func labels(a *app.App, r *matrixRow, c matrixCell, s actor.Scope) string {
	var out []string
	for _, p := range r.perms {
		if c.holds[p.perm] == s {
			info, _ := a.Org.Permission(p.perm)
			out = append(out, info.Label)
		}
	}
	return strings.Join(out, "；")
}
