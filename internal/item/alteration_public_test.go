package item_test

import (
	"encoding/json"
	"strings"
	"testing"

	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// What everybody may read of an alteration and of a guide names nobody who worked on them; staff read who it was.
func TestThePublicIsNotToldWhoAlteredAnItem(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	a, b := w.Publish(itemtest.Permit("31002"), w.Today()), w.Publish(itemtest.Permit("31001"), w.Today())
	x := w.Alter(item.AlterationInput{Kind: item.Merging, Items: []string{b.ItemID, a.ItemID}, Reason: "两证合一", Successors: []item.Successor{{Code: "31003", Name: "合并后的许可"}}}, w.Today()+2)
	paused := w.Publish(itemtest.Permit("31004"), w.Today())
	w.Alter(item.AlterationInput{Kind: item.Pausing, Items: []string{paused.ItemID}, Reason: "系统升级"}, w.Today())
	list, _, err := w.Item.PublishedAlterations(w.Citizen(), "")
	if err != nil || len(list) != 2 || list[0].Items[0].Code != "31004" || list[0].Kind != item.Pausing || list[0].Reason != "系统升级" || list[0].Unit != w.Unit.Name {
		t.Fatalf("%+v %v", list, err)
	}
	// the items stand in the order in which the alteration names them
	if m := list[1]; len(m.Items) != 2 || m.Items[0].ID != a.ItemID || m.Items[1].ID != b.ItemID || len(m.Successors) != 1 || m.Successors[0].Code != "31003" || m.Day != w.Today()+2 {
		t.Errorf("%+v", m)
	}
	answers := []any{list}
	for _, id := range []string{a.ItemID, paused.ItemID} {
		g, err := w.Item.Guide(w.Citizen(), id)
		if err != nil || g.Altered == nil {
			t.Fatalf("%+v %v", g.Altered, err)
		}
		answers = append(answers, g)
	}
	sheet, err := w.Item.AlterationSheet(w.Head.Ctx, x.ID)
	if err != nil || sheet.Alteration.DraftedBy != w.Head.Actor.UserID {
		t.Errorf("staff are not told: %+v %v", sheet.Alteration, err)
	}
	for _, answer := range answers {
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{w.Head.Actor.UserID, w.Second.Actor.UserID, w.Info.Actor.UserID} {
			if strings.Contains(string(text), who) {
				t.Errorf("a public answer names %s: %s", who, text)
			}
		}
	}
}
