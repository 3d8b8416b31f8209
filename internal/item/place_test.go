package item_test

import (
	"context"
	"errors"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// What is handled at a place is its own items and those of agreements in force on the day, of the place and no other; the hall itself is no place.
func TestWhatIsHandledAtAPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		town, other := orgtest.Site(t, w.Org, w.Centre, "折桥镇便民服务中心"), orgtest.Site(t, w.Org, w.Centre, "枹罕镇便民服务中心")
		if _, err := w.Org.CreateSite(w.System(), org.SiteInput{Name: "政务大厅", Kind: org.SiteHall}); err != nil {
			t.Fatal(err)
		}
		moved, hall, later := w.Publish(itemtest.Permit("11001"), w.Today()), w.Publish(itemtest.Permit("11002"), w.Today()), w.Publish(itemtest.Permit("11003"), w.Today())
		_, v, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, SiteID: town.ID, Content: itemtest.Permit("11004")})
		own := w.Through(w.Must(v, err), w.Today())
		w.AgreementAt(town.ID, "市监委〔2026〕1号", w.Today(), w.Today()+30, moved.ItemID)
		coming := w.Publish(itemtest.Permit("11005"), w.Today()+10) // its guide is shown, but it is not handled yet
		w.AgreementAt(town.ID, "市监委〔2026〕4号", w.Today(), w.Today()+12, coming.ItemID)
		if _, err := w.Item.DraftAuthorization(w.Head.Ctx, item.AuthorizationInput{Kind: item.Agreement, UnitID: w.Unit.ID, SiteID: town.ID, Powers: item.Agreement.Powers(), Items: []string{hall.ItemID}, From: w.Today(), To: w.Today() + 30, Number: "市监委〔2026〕5号"}); err != nil {
			t.Fatal(err)
		}
		w.AgreementAt(town.ID, "市监委〔2026〕2号", w.Today()+10, w.Today()+30, later.ItemID)
		w.AgreementAt(other.ID, "市监委〔2026〕3号", w.Today(), w.Today()+30, hall.ItemID)
		anyone := actor.With(context.Background(), item.CitizenActor(w.Centre, "10.0.0.1", "r"))
		list, err := w.Item.Places(anyone)
		if err != nil || len(list) != 2 || list[0].Name != town.Name || list[0].Kind != "分中心" {
			t.Fatalf("%+v, %v", list, err)
		}
		handled := func() map[string]item.PlaceItem {
			t.Helper()
			p, err := w.Item.Place(anyone, town.ID)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]item.PlaceItem{}
			for _, x := range p.Items {
				out[x.ItemID] = x
			}
			if len(out) != len(p.Items) {
				t.Errorf("twice: %+v", p.Items)
			}
			return out
		}
		got := handled()
		if len(got) != 2 || got[moved.ItemID].Number != "市监委〔2026〕1号" || got[moved.ItemID].Powers != "接件、受理、出件" || got[own.ItemID].Number != "" || got[own.ItemID].Unit != w.Unit.Name {
			t.Errorf("today: %+v", got)
		}
		w.Clock.Advance(10 * 24 * 3600 * 1e9)
		if got := handled(); len(got) != 4 || got[later.ItemID].Number != "市监委〔2026〕2号" || got[coming.ItemID].To != w.Today()+2 {
			t.Errorf("ten days later: %+v", got)
		}
		w.Clock.Advance(21 * 24 * 3600 * 1e9)
		if got := handled(); len(got) != 1 || got[own.ItemID].ItemID == "" {
			t.Errorf("after the agreements: %+v", got)
		}
		elsewhere := actor.With(context.Background(), item.CitizenActor(orgtest.Centre(t, w.Org), "10.0.0.1", "r"))
		if _, err := w.Item.Place(elsewhere, town.ID); !errors.Is(err, item.ErrNoPlace) {
			t.Errorf("another centre: %v", err)
		}
	}, itemtest.Migrations()...)
}
