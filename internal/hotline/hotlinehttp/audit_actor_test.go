package hotlinehttp

import (
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/hotline/desk"
)

func TestTheAuditLogNamesWhoseAccountWasTried(t *testing.T) {
	line := func(kind, ip, object, person, name string) desk.AuditRow {
		return desk.AuditRow{Line: audit.Line{ActorKind: kind, IP: ip, ObjectKind: object, ActorID: "id"}, Person: person, ActorName: name}
	}
	for _, c := range []struct {
		row  desk.AuditRow
		want string
	}{
		{line("anonymous", "1.2.3.4", "user", "马丽", ""), "马丽"},     // signing in, or failing to
		{line("anonymous", "1.2.3.4", "user", "", ""), "未登录"},      // a name that nobody has
		{line("anonymous", "1.2.3.4", "route", "马丽", ""), "未登录"},   // a page that a stranger asked for
		{line("system", "", "ticket", "", ""), "系统"},               // a job
		{line("system", actor.Local, "user", "马丽", ""), "本机管理员"},   // the command line
		{line("user", "1.2.3.4", "user", "马丽", "李建国"), "李建国"},      // about somebody else's account
		{line("token", "1.2.3.4", "ticket", "", "李建国"), "李建国（接口）"}, // a program
		{line("citizen", "1.2.3.4", "ticket", "", ""), "群众"},
		{line("user", "", "ticket", "", ""), "id"}, // a user who is gone
	} {
		if got := actorText(c.row); got != c.want {
			t.Errorf("%+v: %s, want %s", c.row.Line, got, c.want)
		}
	}
}
