package hotlinehttp_test

import (
	"context"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinehttp"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// office is the hotline's pages over a centre at work, with somebody signed in for each role.
type office struct {
	*hotlinetest.World
	*webtest.Site
}

// The people of an office: the hotline's own staff, and two units with liaison and head.
const (
	agent      = "agent"
	dispatcher = "dispatcher"
	liaison    = "liaison"
	head       = "head"
	other      = "other"
	reviewer   = "reviewer"
	callbacker = "callbacker"
	supervisor = "supervisor"
	admin      = "admin"
)

func newOffice(t testing.TB) office {
	w := hotlinetest.Open(t, store.SQLite)
	seedLists(t, w)
	person := func(unit, role string) *actor.Actor { return w.Person(t, unit, role).Actor }
	users := map[string]*actor.Actor{
		agent: person("", org.RoleAgent), dispatcher: person("", org.RoleDispatcher), reviewer: person("", org.RoleReviewer), callbacker: person("", org.RoleCallbacker),
		supervisor: person("", org.RoleSupervisor), admin: person("", org.RoleAdmin), liaison: person(w.Unit.ID, org.RoleLiaison), head: person(w.Unit.ID, org.RoleUnitHead),
		other: person(w.Other.ID, org.RoleLiaison),
	}
	site := webtest.New(t, users, func(pages *web.Kit, _ *rest.Kit) {
		hotlinehttp.RegisterDesks(pages, hotlinehttp.Deps{Hotline: w.Hotline, Org: w.Org})
		pages.Nav(hotlinehttp.NavItems(w.Hotline)...)
	}, func(o *web.Options) {
		o.Clock = w.Clock
		o.Site = func(context.Context) web.Site { return web.Site{Centre: "临夏市政务服务中心", Phone: "12345"} }
	})
	return office{w, site}
}

// seedLists gives the centre a few categories.
func seedLists(t testing.TB, w *hotlinetest.World) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		return hotline.PutCategoriesTx(tx, w.Centre, []hotline.Category{{Code: "01", Name: "城乡建设"}, {Code: "0101", Name: "供热采暖", Parent: "01"}, {Code: "0102", Name: "供水", Parent: "01"},
			{Code: "0103", Name: "物业服务", Parent: "01"}, {Code: "02", Name: "劳动和社会保障"}, {Code: "0201", Name: "拖欠工资", Parent: "02"}})
	})
	if err != nil {
		t.Fatal(err)
	}
}
